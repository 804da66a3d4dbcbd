#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Programs of Debian on the software CPU, with answers that are known: this host's Python computes
them, or they are of a standard. OpenSSL runs with the instructions for cryptography and without.

Runs on the lab's kernel, or where there is none on Debian's. Skipped where apt cannot get the packages.
"""
import bz2
import gzip
import hashlib
import hmac
import os
import random

import linuxguest
from linuxguest import debian, labfiles, labkernel
from taptest import main, test

BIG_BYTES = (16 if os.environ.get('GANTRY_LINUX') == 'all' else 1) << 20
BIG = random.Random(2).randbytes(BIG_BYTES)
HEAD = '''#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t tmpfs tmpfs /tmp
/bin/busybox --install -s /bin
export PATH=/bin OPENSSL_CONF=/dev/null
say() { echo "$1: $(shift; "$@" 2>&1 | tr '\\n' ' ')"; }
'''
TAIL = 'poweroff -f\n'

# -- busybox ---------------------------------------------------------------------------------

LETTERS = random.Random(3)
WORDS = [LETTERS.choice('abcdefgh') * 3 + str(n * 7919 % 10007) for n in range(5000)]
BUSYBOX = r'''
for sum in md5sum sha1sum sha256sum sha512sum sha3sum; do say $sum sh -c "$sum </big"; done
say gzip sh -c 'gzip -c /big | gunzip | sha256sum'
say gunzip sh -c 'gunzip -c /words.gz | sha256sum'
say bunzip2 sh -c 'bunzip2 -c /words.bz2 | sha256sum'
say tar sh -c 'cd / && tar czf - big words | tar xzOf - words | sha256sum'
say sort sh -c 'sort /words | sha256sum'
say sort-back sh -c 'sort -k1.4nr /words | sha256sum'
say uniq sh -c 'cut -c1-3 /words | sort | uniq -c | sort -n | awk "{ print \$1 * 1 }"'
say sed sh -c 'sed -E "s/([a-h]+)([0-9]+)/\2-\1/" /words | sha256sum'
say awk sh -c 'awk "{ n = substr(\$0, 4); s += n * n; r += n / 7 } END { printf \"%.0f %.6f\n\", s, r }" /words'
say bc sh -c 'echo "2^521 - 1" | BC_LINE_LENGTH=0 bc'
say factor factor 600851475143
'''


def digest(data, name='sha256'):
    return hashlib.new(name, data).hexdigest() + '  - '


def lines(words):
    return ''.join(word + '\n' for word in words).encode()


def busybox_answers():
    text = lines(WORDS)
    number = [int(word[3:]) for word in WORDS]
    counts = sorted(sum(word[0] == c for word in WORDS) for c in 'abcdefgh')
    back = sorted(WORDS, key=lambda word: int(word[3:]), reverse=True)
    squares = sum(n * n for n in number)
    sevenths = 0.0
    for n in number:
        sevenths += n / 7
    answers = {
        'md5sum': digest(BIG, 'md5'), 'sha1sum': digest(BIG, 'sha1'),
        'sha256sum': digest(BIG), 'sha512sum': digest(BIG, 'sha512'),
        'sha3sum': digest(BIG, 'sha3_224'),
        'gzip': digest(BIG), 'gunzip': digest(text), 'bunzip2': digest(text), 'tar': digest(text),
        'sort': digest(lines(sorted(WORDS))), 'sort-back': digest(lines(back)),
        'uniq': ''.join('%d ' % n for n in counts if n),
        'sed': digest(lines('%s-%s' % (word[3:], word[:3]) for word in WORDS)),
        'awk': '%d %.6f ' % (squares, sevenths),
        'bc': '%d ' % (2 ** 521 - 1), 'factor': '600851475143: 71 839 1471 6857 ',
    }
    return ['%s: %s' % item for item in answers.items()]


# -- OpenSSL ---------------------------------------------------------------------------------

OPENSSL_LIBRARIES = {'libssl3': ['libssl.so.3', 'libcrypto.so.3'],
                     'libc6': ['libc.so.6', 'ld-linux-aarch64.so.1']}
DIGESTS = ['md5', 'sha1', 'sha224', 'sha256', 'sha384', 'sha512', 'sha3-256', 'sha3-512',
           'blake2b512', 'blake2s256']
# NIST SP 800-38A, appendix F: the four blocks of plaintext, and the keys of F.2 and F.5.
AES_TEXT = ('6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51'
            '30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710')
AES_KEYS = {128: '2b7e151628aed2a6abf7158809cf4f3c',
            192: '8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b',
            256: '603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4'}
CBC_IV, CTR_IV = bytes(range(16)).hex(), bytes(range(0xf0, 0x100)).hex()
AES_ANSWERS = {  # last block of F.2.1, F.2.3, F.2.5 and F.5.1, F.5.3, F.5.5
    'aes-128-cbc': '3ff1caa1681fac09120eca307586e1a7',
    'aes-192-cbc': '08b0e27988598881d920a9e64f5615cd',
    'aes-256-cbc': 'b2eb05e2c39be9fcda6c19078c6a9d1b',
    'aes-128-ctr': '1e031dda2fbe03d1792170a0f3009cee',
    'aes-192-ctr': '4f78a7f6d29809585a97daec58c6b050',
    'aes-256-ctr': 'dfc9c58db67aada613c2dd08457941a6',
}
# RFC 8439, 2.4.2: key, counter and nonce, beginning of text and answer.
CHACHA_IV = '01000000000000000000004a00000000'
CHACHA_TEXT = b"Ladies and Gentlemen of the class of '99"
CHACHA_ANSWER = '6e2e359a2568f98041ba0728dd0d6981e97e7aec1d4360c20a27afccfd9fae0bf91b65c5524733ab'
# RFC 8032, 7.1, TEST 3, and RFC 7748, 6.1.
ED25519_SEED = 'c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7'
ED25519_ANSWER = ('6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac'
                  '18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a')
PKCS8_ED25519 = bytes.fromhex('302e020100300506032b657004220420')
PKCS8_X25519 = bytes.fromhex('302e020100300506032b656e04220420')
SPKI_X25519 = bytes.fromhex('302a300506032b656e032100')
# DigestInfo of RFC 8017, 9.2, for SHA-256.
DIGEST_INFO = bytes.fromhex('3031300d060960864801650304020105000420')
# What OpenSSL 3.0.22 says on an x86 host.
GMAC_ANSWER = '112CD182D207747DE56C4AC2B39A46CB'
GMAC_OPTIONS = '-cipher AES-128-GCM -macopt hexkey:%s -macopt hexiv:%s' % (AES_KEYS[128], CBC_IV[:24])
OPENSSL = r"""
hex() { od -An -v -tx1 | tr -d ' \n'; }
enc() { openssl enc "$@" | tail -c ${BYTES:-16} | hex; }
verify() { openssl dgst -sha256 -prverify "$@" 2>/dev/null; }
run_all() {
    for d in DIGESTS; do say $1-$d openssl dgst -$d -r /big; done
    say $1-hmac openssl dgst -sha256 -hmac secret -r /big
    AES_COMMANDS
    BYTES=64 say $1-chacha20 enc -chacha20 -K CHACHA_KEY -iv CHACHA_IV -in /chacha.txt
    openssl enc -aes-256-ctr -K AES_KEY -iv AES_IV -in /big -out /tmp/big.aes
    say $1-aes-changes sh -c 'cmp -s /big /tmp/big.aes || echo yes'
    say $1-aes-back sh -c 'openssl enc -d -aes-256-ctr -K AES_KEY -iv AES_IV -in /tmp/big.aes | sha256sum'
    say $1-gmac openssl mac GMAC_OPTIONS -in /aes.txt GMAC
    say $1-rsa-key openssl rsa -in /rsa.der -inform DER -check -noout
    openssl dgst -sha256 -sign /rsa.der -keyform DER /words >/tmp/rsa.sig
    say $1-rsa-sign sh -c 'sha256sum </tmp/rsa.sig'
    say $1-rsa-verify verify /rsa.der -keyform DER -signature /rsa.sig /words
    say $1-rsa-wrong verify /rsa.der -keyform DER -signature /rsa.sig /big
    openssl pkeyutl -sign -rawin -inkey /ed25519.der -keyform DER -in /ed25519.txt >/tmp/ed.sig
    say $1-ed25519 sh -c 'od -An -v -tx1 /tmp/ed.sig | tr -d " \n"'
    openssl pkeyutl -derive -inkey /x25519.der -keyform DER -peerkey /peer.der -peerform DER >/tmp/x
    say $1-x25519 sh -c 'od -An -v -tx1 /tmp/x | tr -d " \n"'
    for curve in prime256v1 secp384r1; do
        openssl ecparam -name $curve -genkey -noout -out /tmp/ec.pem
        openssl dgst -sha256 -sign /tmp/ec.pem -out /tmp/ec.sig /words
        say $1-$curve-verify verify /tmp/ec.pem -signature /tmp/ec.sig /words
        say $1-$curve-wrong verify /tmp/ec.pem -signature /tmp/ec.sig /big
    done
}
OPENSSL_armcap=0 run_all plain
run_all extensions
"""


def prime(generator, bits):
    """A random number that passes twenty rounds of Miller-Rabin; p - 1 has no factor 65537."""
    while True:
        p = generator.getrandbits(bits) | 3 << bits - 2 | 1
        d, s = p - 1, 0
        while d % 2 == 0:
            d, s = d // 2, s + 1
        if p % 65537 != 1 and all(
                x in (1, p - 1) or any(pow(x, 1 << r, p) == p - 1 for r in range(1, s))
                for x in (pow(generator.randrange(2, p - 1), d, p) for _ in range(20))):
            return p


def der(tag, content):
    size = len(content)
    length = bytes([size]) if size < 128 else b'\x82' + size.to_bytes(2, 'big')
    return bytes([tag]) + length + content


def rsa_key():
    """A key of 2048 bits: RSAPrivateKey of RFC 8017, modulus, private exponent."""
    generator = random.Random(4)
    p, q = prime(generator, 1024), prime(generator, 1024)
    d = pow(65537, -1, (p - 1) * (q - 1))
    numbers = [0, p * q, 65537, d, p, q, d % (p - 1), d % (q - 1), pow(q, -1, p)]
    return der(0x30, b''.join(der(2, n.to_bytes(n.bit_length() // 8 + 1, 'big')) for n in numbers)), \
        p * q, d


def rsa_sign(data, modulus, exponent):
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    info = DIGEST_INFO + hashlib.sha256(data).digest()
    padded = b'\0\1' + b'\xff' * (256 - 3 - len(info)) + b'\0' + info
    return pow(int.from_bytes(padded, 'big'), exponent, modulus).to_bytes(256, 'big')


def x25519(scalar, u):
    """RFC 7748, section 5, with Python's numbers."""
    p = 2 ** 255 - 19
    k = int.from_bytes(scalar, 'little') & ~7 & ~(1 << 255) | 1 << 254
    x1 = int.from_bytes(u, 'little') & (1 << 255) - 1
    x2, z2, x3, z3 = 1, 0, x1, 1
    for t in reversed(range(255)):
        bit = k >> t & 1
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        da, cb, aa, bb = d * a % p, c * b % p, a * a % p, b * b % p
        x3, z3 = (da + cb) ** 2 % p, x1 * (da - cb) ** 2 % p
        x2, z2 = aa * bb % p, (aa - bb) * (aa + 121665 * (aa - bb)) % p
        if bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
    return (x2 * pow(z2, -1, p) % p).to_bytes(32, 'little')


def openssl_script():
    commands = ''.join('say $1-%s enc -%s -nopad -K %s -iv %s -in /aes.txt\n    '
                       % (name, name, AES_KEYS[int(name[4:7])], CBC_IV if 'cbc' in name else CTR_IV)
                       for name in AES_ANSWERS)
    script = OPENSSL
    for name, value in (('DIGESTS', ' '.join(DIGESTS)), ('AES_COMMANDS', commands),
                        ('CHACHA_KEY', bytes(range(32)).hex()), ('CHACHA_IV', CHACHA_IV),
                        ('AES_KEY', AES_KEYS[256]), ('AES_IV', CTR_IV),
                        ('GMAC_OPTIONS', GMAC_OPTIONS)):
        script = script.replace(name, value)
    return script


def openssl_digest(name):
    return hashlib.new({'sha3-256': 'sha3_256', 'sha3-512': 'sha3_512', 'blake2b512': 'blake2b',
                        'blake2s256': 'blake2s'}.get(name, name), BIG).hexdigest() + ' */big '


def openssl_answers(signature, shared):
    answers = {name: openssl_digest(name) for name in DIGESTS}
    answers.update(AES_ANSWERS)
    answers.update({
        'hmac': hmac.new(b'secret', BIG, 'sha256').hexdigest() + ' */big ',
        'chacha20': CHACHA_ANSWER, 'aes-changes': 'yes ', 'aes-back': digest(BIG),
        'gmac': GMAC_ANSWER + ' ', 'rsa-key': 'RSA key ok ', 'rsa-sign': digest(signature),
        'rsa-verify': 'Verified OK ', 'rsa-wrong': 'Verification failure ',
        'ed25519': ED25519_ANSWER, 'x25519': shared.hex(),
    })
    for curve in ('prime256v1', 'secp384r1'):
        answers[curve + '-verify'] = 'Verified OK '
        answers[curve + '-wrong'] = 'Verification failure '
    return ['%s-%s: %s' % (kind, *item) for kind in ('plain', 'extensions')
            for item in answers.items()]


def add_openssl(archive):
    folder = linuxguest.available(lambda: debian.package_dir('openssl'))
    archive.file('bin/openssl', folder + '/usr/bin/openssl')
    for package, names in OPENSSL_LIBRARIES.items():
        folder = linuxguest.available(lambda package=package: debian.package_dir(package))
        for name in names:
            found = [path for path in ('%s/%slib/aarch64-linux-gnu/%s' % (folder, usr, name)
                                       for usr in ('', 'usr/')) if os.path.exists(path)]
            where = 'lib/' if name.startswith('ld-') else 'lib/aarch64-linux-gnu/'
            archive.file(where + name, found[0])


# -- the tests -------------------------------------------------------------------------------

def kernel():
    try:
        return labkernel.find()
    except labfiles.Unavailable:
        return linuxguest.debian_kernel()


def add_data(archive):
    archive.data('big', BIG)
    archive.data('words', lines(WORDS))


def openssl(run, model):
    archive = linuxguest.archive(HEAD + openssl_script() + TAIL)
    add_data(archive)
    add_openssl(archive)
    key, modulus, exponent = rsa_key()
    signature = rsa_sign(lines(WORDS), modulus, exponent)
    ours, theirs = random.Random(5).randbytes(32), random.Random(6).randbytes(32)
    base = (9).to_bytes(32, 'little')
    for name, data in (('rsa.der', key), ('rsa.sig', signature),
                       ('aes.txt', bytes.fromhex(AES_TEXT)), ('chacha.txt', CHACHA_TEXT),
                       ('ed25519.der', PKCS8_ED25519 + bytes.fromhex(ED25519_SEED)),
                       ('ed25519.txt', b'\xaf\x82'), ('x25519.der', PKCS8_X25519 + ours),
                       ('peer.der', SPKI_X25519 + x25519(theirs, base))):
        archive.data(name, data)
    answers = openssl_answers(signature, x25519(theirs, x25519(ours, base)))
    linuxguest.check(linuxguest.boot(run, archive, kernel(), 1, 3, model, '512M'), answers)


@test
def busybox_gives_known_answers(run):
    archive = linuxguest.archive(HEAD + BUSYBOX + TAIL)
    add_data(archive)
    archive.data('words.gz', gzip.compress(lines(WORDS), mtime=0))
    archive.data('words.bz2', bz2.compress(lines(WORDS)))
    linuxguest.check(linuxguest.boot(run, archive, kernel(), 2, 3, 'cortex-a72', '512M'),
                     busybox_answers())


@test
def openssl_gives_known_answers(run):
    openssl(run, 'cortex-a57')


@test
def openssl_with_all_features_gives_known_answers(run):
    linuxguest.only_with_all()
    openssl(run, 'max')


if __name__ == '__main__':
    main()
