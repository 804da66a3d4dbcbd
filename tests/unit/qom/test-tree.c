/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Children, links, paths and user creatable objects. */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "qapi/qmp/qdict.h"
#include "qapi/qmp/qjson.h"
#include "qemu/module.h"
#include "qom/introspect.h"
#include "qom/object_interfaces.h"

#define TYPE_NODE "test-node"
OBJECT_DECLARE_SIMPLE_TYPE(Node, NODE)

struct Node {
    Object parent_obj;
    Object *weak;
    Object *strong;
    Object *class_weak;
    Object *class_strong;
    char *size;
    bool is_busy;
    bool fails;
};

static int nodes_alive;
static GString *unparented;

static void node_check(const Object *obj, const char *name, Object *val, Error **errp)
{
    if (val == obj) {
        error_setg(errp, "a node cannot link to itself");
    }
}

static void node_init(Object *obj)
{
    Node *node = NODE(obj);

    nodes_alive++;
    object_property_add_link(obj, "weak", TYPE_NODE, &node->weak, node_check, 0);
    object_property_add_link(obj, "strong", TYPE_NODE, &node->strong, node_check,
                             OBJ_PROP_LINK_STRONG);
    object_property_add_link(obj, "fixed", TYPE_NODE, &node->weak, NULL, 0);
}

static void node_finalize(Object *obj)
{
    nodes_alive--;
    g_free(NODE(obj)->size);
}

static void node_unparent(Object *obj)
{
    if (unparented) {
        g_autofree char *path = object_get_canonical_path(obj);

        g_string_append_printf(unparented, "%s ", path);
    }
}

static void node_complete(UserCreatable *uc, Error **errp)
{
    if (NODE(uc)->fails) {
        error_setg(errp, "the node does not want to");
    }
}

static bool node_can_be_deleted(UserCreatable *uc)
{
    return !NODE(uc)->is_busy;
}

static bool node_fails_get(Object *obj, Error **errp)
{
    return NODE(obj)->fails;
}

static void node_fails_set(Object *obj, bool value, Error **errp)
{
    NODE(obj)->fails = value;
}

static void node_class_init(ObjectClass *klass, void *data)
{
    klass->unparent = node_unparent;
    USER_CREATABLE_CLASS(klass)->complete = node_complete;
    USER_CREATABLE_CLASS(klass)->can_be_deleted = node_can_be_deleted;
    object_class_property_add_bool(klass, "fails", node_fails_get, node_fails_set);
    object_class_property_add_link(klass, "class-weak", TYPE_NODE, offsetof(Node, class_weak),
                                   object_property_allow_set_link, 0);
    object_class_property_add_link(klass, "class-strong", TYPE_NODE,
                                   offsetof(Node, class_strong),
                                   object_property_allow_set_link, OBJ_PROP_LINK_STRONG);
}

static const TypeInfo node_types[] = {
    {
        .name = TYPE_NODE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Node),
        .instance_init = node_init,
        .instance_finalize = node_finalize,
        .class_init = node_class_init,
        .interfaces = (InterfaceInfo[]) { { TYPE_USER_CREATABLE }, { } },
    },
};

DEFINE_TYPES(node_types)

/* A new node below @parent, which holds it. */
static Node *node_add(Object *parent, const char *name)
{
    Object *obj = object_new(TYPE_NODE);

    object_property_add_child(parent, name, obj);
    object_unref(obj);
    return NODE(obj);
}

static Object *test_root(void)
{
    return container_get(object_get_root(), "/test");
}

static void test_root_drop(void)
{
    object_unparent(test_root());
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void expect_error(Error **err, const char *text)
{
    g_assert_nonnull(*err);
    g_assert_cmpstr(error_get_pretty(*err), ==, text);
    error_free(*err);
    *err = NULL;
}

static void test_canonical_path(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(OBJECT(a), "b");
    g_autoptr(Object) outside = object_new(TYPE_NODE);
    g_autofree char *path = object_get_canonical_path(OBJECT(b));

    g_assert_cmpstr(path, ==, "/test/a/b");
    g_assert_cmpstr(object_get_canonical_path_component(OBJECT(b)), ==, "b");
    g_assert_null(object_get_canonical_path(outside));
    g_assert_null(object_get_canonical_path_component(outside));
    object_unref(g_steal_pointer(&outside));
    test_root_drop();
}

static void test_resolve(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(OBJECT(a), "b");
    Node *c = node_add(test_root(), "c"), *other = node_add(OBJECT(c), "b");
    bool ambiguous;

    g_assert_true(object_resolve_path("/test/a/b", NULL) == OBJECT(b));
    g_assert_true(object_resolve_path("//test//a/b/", NULL) == OBJECT(b));
    g_assert_true(object_resolve_path("a/b", &ambiguous) == OBJECT(b));
    g_assert_false(ambiguous);
    g_assert_null(object_resolve_path("b", &ambiguous));
    g_assert_true(ambiguous);
    g_assert_null(object_resolve_path("z", &ambiguous));
    g_assert_false(ambiguous);
    g_assert_null(object_resolve_path_type("/test/a", TYPE_CONTAINER, NULL));
    g_assert_true(object_resolve_path_at(OBJECT(c), "b") == OBJECT(other));
    g_assert_true(object_resolve_path_at(OBJECT(c), "/test/a") == OBJECT(a));
    g_assert_null(object_resolve_path_at(OBJECT(c), "a"));
    g_assert_true(object_resolve_path_component(OBJECT(a), "b") == OBJECT(b));
    test_root_drop();
}

static void test_resolve_by_type_alone(void)
{
    Node *a = node_add(test_root(), "a");
    bool ambiguous;

    g_assert_true(object_resolve_path_type("", TYPE_NODE, &ambiguous) == OBJECT(a));
    node_add(test_root(), "b");
    g_assert_null(object_resolve_path_type("", TYPE_NODE, &ambiguous));
    g_assert_true(ambiguous);
    test_root_drop();
}

static void test_unparent_order(void)
{
    Node *a = node_add(test_root(), "a");

    node_add(OBJECT(a), "b");
    unparented = g_string_new(NULL);
    object_unparent(OBJECT(a));
    /* the tree is whole when the method runs, children go with their parent */
    g_assert_true(g_str_has_prefix(unparented->str, "/test/a "));
    g_assert_cmpint(nodes_alive, ==, 0);
    g_string_free(unparented, TRUE);
    unparented = NULL;
    test_root_drop();
}

static void test_weak_link_is_cleared(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");

    object_property_set_link(OBJECT(a), "weak", OBJECT(b), &error_abort);
    object_property_set_link(OBJECT(a), "class-weak", OBJECT(b), &error_abort);
    g_assert_true(a->weak == OBJECT(b));
    object_unparent(OBJECT(b));
    g_assert_cmpint(nodes_alive, ==, 1);
    g_assert_null(a->weak);
    g_assert_null(a->class_weak);
    test_root_drop();
}

static void test_weak_link_owner_goes_first(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");

    object_property_set_link(OBJECT(a), "weak", OBJECT(b), &error_abort);
    object_property_set_link(OBJECT(a), "class-weak", OBJECT(b), &error_abort);
    object_unparent(OBJECT(a));
    g_assert_null(OBJECT(b)->weak);
    test_root_drop();
}

static void test_weak_link_moves_on(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");
    Node *c = node_add(test_root(), "c");

    object_property_set_link(OBJECT(a), "weak", OBJECT(b), &error_abort);
    object_property_set_link(OBJECT(a), "weak", OBJECT(c), &error_abort);
    object_unparent(OBJECT(b));
    g_assert_true(a->weak == OBJECT(c));
    /* a value that the owner stored itself is left alone */
    a->weak = OBJECT(a);
    object_unparent(OBJECT(c));
    g_assert_true(a->weak == OBJECT(a));
    a->weak = NULL;
    test_root_drop();
}

static void test_strong_link_keeps_target(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");

    object_property_set_link(OBJECT(a), "strong", OBJECT(b), &error_abort);
    object_property_set_link(OBJECT(a), "class-strong", OBJECT(b), &error_abort);
    object_unparent(OBJECT(b));
    g_assert_cmpint(nodes_alive, ==, 2);
    object_property_set_link(OBJECT(a), "strong", NULL, &error_abort);
    g_assert_cmpint(nodes_alive, ==, 2);
    object_unparent(OBJECT(a));
    test_root_drop();
}

static void test_link_by_path(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");
    g_autofree char *path = NULL;
    Error *err = NULL;

    object_property_set_str(OBJECT(a), "weak", "b", &error_abort);
    path = object_property_get_str(OBJECT(a), "weak", &error_abort);
    g_assert_cmpstr(path, ==, "/test/b");
    g_assert_true(object_property_get_link(OBJECT(a), "weak", &error_abort) == OBJECT(b));
    object_property_set_str(OBJECT(a), "weak", "", &error_abort);
    g_assert_null(object_property_get_link(OBJECT(a), "weak", &error_abort));
    g_assert_false(object_property_set_str(OBJECT(a), "weak", "/test/x", &err));
    g_assert_cmpint(error_get_class(err), ==, ERROR_CLASS_DEVICE_NOT_FOUND);
    expect_error(&err, "Device '/test/x' not found");
    g_assert_false(object_property_set_str(OBJECT(a), "weak", "/test", &err));
    expect_error(&err, "Invalid parameter type for 'weak', expected: test-node");
    g_assert_false(object_property_set_link(OBJECT(a), "weak", test_root(), &err));
    expect_error(&err, "Invalid parameter type for 'weak', expected: test-node");
    g_assert_false(object_property_set_link(OBJECT(a), "weak", OBJECT(a), &err));
    expect_error(&err, "a node cannot link to itself");
    g_assert_false(object_property_set_link(OBJECT(a), "fixed", OBJECT(b), &err));
    expect_error(&err, "Property 'test-node.fixed' is not writable");
    node_add(OBJECT(a), "b");
    g_assert_false(object_property_set_str(OBJECT(a), "weak", "b", &err));
    expect_error(&err, "Path 'b' does not uniquely identify an object");
    test_root_drop();
}

static void test_const_link(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(test_root(), "b");

    object_property_add_const_link(OBJECT(a), "peer", OBJECT(b));
    g_assert_true(object_property_get_link(OBJECT(a), "peer", &error_abort) == OBJECT(b));
    g_assert_true(object_resolve_path("/test/a/peer", NULL) == OBJECT(b));
    object_unparent(OBJECT(b));
    g_assert_null(object_property_get_link(OBJECT(a), "peer", &error_abort));
    test_root_drop();
}

static void test_alias_of_child_and_link(void)
{
    Node *a = node_add(test_root(), "a"), *b = node_add(OBJECT(a), "b");

    object_property_add_alias(test_root(), "short", OBJECT(a), "b");
    object_property_add_alias(test_root(), "w", OBJECT(a), "weak");
    g_assert_cmpstr(object_property_get_type(test_root(), "short", &error_abort), ==,
                    "link<test-node>");
    g_assert_true(object_resolve_path("/test/short", NULL) == OBJECT(b));
    object_property_set_link(test_root(), "w", OBJECT(b), &error_abort);
    g_assert_true(a->weak == OBJECT(b));
    test_root_drop();
}

static int remove_and_count(Object *child, void *opaque)
{
    ++*(int *)opaque;
    object_unparent(child);
    return 0;
}

static int stop_at_second(Object *child, void *opaque)
{
    return ++*(int *)opaque == 2 ? -5 : 0;
}

static void test_child_foreach(void)
{
    int count = 0;

    node_add(OBJECT(node_add(test_root(), "a")), "b");
    node_add(test_root(), "c");
    g_assert_cmpint(object_child_foreach_recursive(test_root(), stop_at_second, &count), ==,
                    -5);
    count = 0;
    /* children may go away while they are walked */
    g_assert_cmpint(object_child_foreach(test_root(), remove_and_count, &count), ==, 0);
    g_assert_cmpint(count, ==, 2);
    test_root_drop();
}

static void test_new_with_props(void)
{
    Error *err = NULL;
    Object *obj = object_new_with_props(TYPE_NODE, test_root(), "n", &error_abort, "fails",
                                        "off", NULL);

    g_assert_cmpint(obj->ref, ==, 1);
    g_assert_null(object_new_with_props(TYPE_NODE, test_root(), "n", &err, NULL));
    expect_error(&err, "attempt to add duplicate property 'n' to object (type 'container')");
    g_assert_null(object_new_with_props(TYPE_NODE, test_root(), "m", &err, "fails", "on",
                                        NULL));
    expect_error(&err, "the node does not want to");
    g_assert_cmpint(nodes_alive, ==, 1);
    test_root_drop();
}

static void test_initialize_child(void)
{
    Node embedded;
    Error *err = NULL;

    object_initialize_child(test_root(), "e", &embedded, TYPE_NODE);
    g_assert_true(object_resolve_path("/test/e", NULL) == OBJECT(&embedded));
    g_assert_cmpint(OBJECT(&embedded)->ref, ==, 1);
    object_unparent(OBJECT(&embedded));
    g_assert_false(object_initialize_child_with_props(test_root(), "e", &embedded,
                                                      sizeof(embedded), TYPE_NODE, &err,
                                                      "fails", "on", NULL));
    expect_error(&err, "the node does not want to");
    test_root_drop();
}

/* A node with two others in its memory, one in the other. */
#define TYPE_WHOLE "test-whole"
OBJECT_DECLARE_SIMPLE_TYPE(Whole, WHOLE)
#define TYPE_PART "test-part"
OBJECT_DECLARE_SIMPLE_TYPE(Part, PART)

struct Part {
    Object parent_obj;
    Node node;
};

struct Whole {
    Object parent_obj;
    Part part;
};

static int wholes_freed;

static void part_init(Object *obj)
{
    object_initialize_child(obj, "node", &PART(obj)->node, TYPE_NODE);
}

static void whole_init(Object *obj)
{
    object_initialize_child(obj, "part", &WHOLE(obj)->part, TYPE_PART);
}

static const TypeInfo part_types[] = {
    {
        .name = TYPE_PART,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Part),
        .instance_init = part_init,
    }, {
        .name = TYPE_WHOLE,
        .parent = TYPE_OBJECT,
        .instance_size = sizeof(Whole),
        .instance_init = whole_init,
    },
};

DEFINE_TYPES(part_types)

static void whole_free(void *obj)
{
    wholes_freed++;
    g_free(obj);
}

static void test_held_part_keeps_the_memory_of_the_whole(void)
{
    Whole *whole = WHOLE(object_new(TYPE_WHOLE));
    Object *node = object_ref(&whole->part.node);
    Object *part = object_ref(&whole->part);

    OBJECT(whole)->free = whole_free;
    wholes_freed = 0;
    object_unref(whole);
    g_assert_cmpint(wholes_freed, ==, 0);
    object_unref(part);
    g_assert_cmpint(wholes_freed, ==, 0);
    g_assert_cmpint(nodes_alive, ==, 1);
    object_unref(node);
    g_assert_cmpint(nodes_alive, ==, 0);
    g_assert_cmpint(wholes_freed, ==, 1);
}

static void test_part_that_was_taken_out_keeps_it_too(void)
{
    Whole *whole = WHOLE(object_new(TYPE_WHOLE));
    Object *node = object_ref(&whole->part.node);

    OBJECT(whole)->free = whole_free;
    wholes_freed = 0;
    object_unparent(OBJECT(&whole->part));
    object_unref(whole);
    g_assert_cmpint(wholes_freed, ==, 0);
    object_unref(node);
    g_assert_cmpint(wholes_freed, ==, 1);
}

static void test_tree_text(void)
{
    g_autofree char *text = NULL;
    Error *err = NULL;

    node_add(OBJECT(node_add(test_root(), "b")), "x");
    node_add(test_root(), "a");
    text = qom_tree_text("/test", &error_abort);
    g_assert_cmpstr(text, ==, "/test (container)\n  /a (test-node)\n  /b (test-node)\n"
                    "    /x (test-node)\n");
    g_assert_null(qom_tree_text("/nowhere", &err));
    expect_error(&err, "Device '/nowhere' not found");
    test_root_drop();
}

/* -- user creatable objects ------------------------------------------------------------ */

static void test_user_object_from_text(void)
{
    Object *obj;
    Error *err = NULL;

    g_assert_true(user_creatable_add_from_str("test-node,id=n1,fails=off", NULL,
                                              &error_abort));
    obj = object_resolve_path("/objects/n1", NULL);
    g_assert_nonnull(obj);
    g_assert_cmpint(obj->ref, ==, 1);
    g_assert_true(user_creatable_add_from_str("{'qom-type': 'test-node', 'id': 'n2', "
                                              "'strong': '/objects/n1'}", NULL, &error_abort));
    g_assert_false(user_creatable_add_from_str("test-node,id=n1", NULL, &err));
    expect_error(&err, "object 'n1' exists already");
    g_assert_true(user_creatable_del("n2", &error_abort));
    g_assert_true(user_creatable_del("n1", &error_abort));
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void test_user_object_errors(void)
{
    static const struct {
        const char *text;
        const char *message;
    } cases[] = {
        { "test-node", "Parameter 'id' is missing" },
        { "id=x", "Parameter 'qom-type' is missing" },
        { "test-nod,id=x", "invalid object type: test-nod; did you mean 'test-node'?" },
        { "container,id=x", "object type 'container' isn't supported by object-add" },
        { "test-node,id=1x", "Parameter 'id' expects an identifier: letters, digits, '-', '.', "
          "'_', beginning with a letter, not '1x'" },
        { "test-node,id=x,fails=on", "the node does not want to" },
        { "test-node,id=x,fail=on",
          "Property 'test-node.fail' not found; did you mean 'fails'?" },
        { "test-node,id=x,fails=7", "Parameter 'fails' expects 'on' or 'off'" },
        { "test-node,id=x,y", "Expected '=' after parameter 'y'" },
        { "{'qom-type': 5, 'id': 'x'}",
          "Invalid parameter type for 'qom-type', expected: string" },
    };

    for (int i = 0; i < G_N_ELEMENTS(cases); i++) {
        Error *err = NULL;

        g_assert_false(user_creatable_add_from_str(cases[i].text, NULL, &err));
        expect_error(&err, cases[i].message);
    }
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void test_user_object_delete(void)
{
    Error *err = NULL;

    g_assert_true(user_creatable_add_from_str("test-node,id=node1", NULL, &error_abort));
    NODE(object_resolve_path("/objects/node1", NULL))->is_busy = true;
    g_assert_false(user_creatable_del("node1", &err));
    expect_error(&err, "object 'node1' is in use, can not be deleted");
    g_assert_false(user_creatable_del("nod1", &err));
    expect_error(&err, "object 'nod1' not found; did you mean 'node1'?");
    user_creatable_cleanup();
    g_assert_cmpint(nodes_alive, ==, 0);
}

static void test_user_object_help(void)
{
    g_autofree char *types = user_creatable_help_text(NULL);
    g_autofree char *props = user_creatable_help_text(TYPE_NODE);

    g_assert_cmpstr(types, ==, "List of user creatable objects:\n  test-node\n");
    g_assert_nonnull(strstr(props, "  fails=<bool>\n"));
    g_assert_null(user_creatable_help_text("nothing"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    module_call_init(MODULE_INIT_QOM);
    g_test_add_func("/qom/tree/canonical-path", test_canonical_path);
    g_test_add_func("/qom/tree/resolve", test_resolve);
    g_test_add_func("/qom/tree/resolve-by-type-alone", test_resolve_by_type_alone);
    g_test_add_func("/qom/tree/unparent-sees-its-path", test_unparent_order);
    g_test_add_func("/qom/tree/foreach-allows-removal", test_child_foreach);
    g_test_add_func("/qom/tree/text-is-sorted", test_tree_text);
    g_test_add_func("/qom/tree/new-with-props", test_new_with_props);
    g_test_add_func("/qom/tree/initialize-child", test_initialize_child);
    g_test_add_func("/qom/tree/held-part-keeps-the-memory-of-the-whole",
                    test_held_part_keeps_the_memory_of_the_whole);
    g_test_add_func("/qom/tree/part-that-was-taken-out-keeps-it-too",
                    test_part_that_was_taken_out_keeps_it_too);
    g_test_add_func("/qom/link/weak-is-cleared-with-target", test_weak_link_is_cleared);
    g_test_add_func("/qom/link/weak-owner-goes-first", test_weak_link_owner_goes_first);
    g_test_add_func("/qom/link/weak-moves-on", test_weak_link_moves_on);
    g_test_add_func("/qom/link/strong-keeps-target", test_strong_link_keeps_target);
    g_test_add_func("/qom/link/by-path", test_link_by_path);
    g_test_add_func("/qom/link/const", test_const_link);
    g_test_add_func("/qom/link/alias-of-child-and-link", test_alias_of_child_and_link);
    g_test_add_func("/qom/user/from-text", test_user_object_from_text);
    g_test_add_func("/qom/user/errors", test_user_object_errors);
    g_test_add_func("/qom/user/delete", test_user_object_delete);
    g_test_add_func("/qom/user/help", test_user_object_help);
    return g_test_run();
}
