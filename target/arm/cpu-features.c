/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -cpu MODEL,FEATURE=...: the type of a model, features as properties, and what they do to the
 * identification registers.
 */
#include "qemu/osdep.h"
#include "qapi/error.h"
#include "hw/qdev-properties.h"
#include "cpu-idregs.h"
#include "cpu-internal.h"

ObjectClass *arm_cpu_class_by_name(const char *cpu_model)
{
    g_autofree char *suffixed = g_strconcat(cpu_model, ARM_CPU_TYPE_SUFFIX, NULL);
    ObjectClass *oc = object_class_by_name(suffixed);

    oc = oc ? oc : object_class_by_name(cpu_model);
    if (!oc || !object_class_dynamic_cast(oc, TYPE_ARM_CPU) || object_class_is_abstract(oc)) {
        return NULL;
    }
    return oc;
}

/* One "name=value" of @typename: tried on @scratch, then remembered for all CPUs to come. */
static bool feature_apply(Object *scratch, const char *typename, const char *feature,
                          Error **errp)
{
    g_auto(GStrv) parts = g_strsplit(feature, "=", 2);
    GlobalProperty *prop;

    if (!parts[0] || !*parts[0] || !parts[1]) {
        error_setg(errp, "CPU feature \"%s\" is not name=value", feature);
        return false;
    }
    if (!object_property_find(scratch, parts[0])) {
        g_autofree char *model = cpu_class_model_name(object_get_class(scratch));

        error_setg(errp, "CPU model \"%s\" has no feature \"%s\"", model, parts[0]);
        return false;
    }
    if (!object_property_parse(scratch, parts[0], parts[1], errp)) {
        return false;
    }
    prop = g_new0(GlobalProperty, 1);
    prop->driver = g_strdup(typename);
    prop->property = g_strdup(parts[0]);
    prop->value = g_strdup(parts[1]);
    qdev_prop_register_global(prop);
    return true;
}

void arm_cpu_parse_features(const char *typename, char *str, Error **errp)
{
    g_auto(GStrv) features = g_strsplit(str, ",", -1);
    Object *scratch = object_new(typename);

    for (char **f = features; *f; f++) {
        if (!feature_apply(scratch, typename, *f, errp)) {
            break;
        }
    }
    object_unref(scratch);
}

void arm_cpu_finalize_features(ARMCPU *cpu)
{
    ARMISARegisters *isar = &cpu->isar;

    if (!cpu->has_pmu) {
        unset_feature(&cpu->env, ARM_FEATURE_PMU);
        isar->id_aa64dfr0 = FIELD_DP64(isar->id_aa64dfr0, ID_AA64DFR0, PMUVER, 0);
    }
    if (!cpu->prop_pauth) {
        isar->id_aa64isar1 = FIELD_DP64(isar->id_aa64isar1, ID_AA64ISAR1, API, 0);
        isar->id_aa64isar1 = FIELD_DP64(isar->id_aa64isar1, ID_AA64ISAR1, GPI, 0);
    }
}
