/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fold: names and constants are what Python would make of them.
 * Inert: every hidden program below is print('inert example').
 */
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/digest.h"
#include "base/sandbox.h"
#include "base/str.h"
#include "python/decode.h"
#include "python/fold.h"
#include "python/modules.h"
#include "fold_tools.h"

/* The value of x at the end; "=os.system" is a path.  The chain of layers that
 * it came through, when one is expected. */
static const struct { const char *source, *value, *chain; } folds[] = {
	{ "x = 'a' + 'b' 'c' + \"d\"*3",
	    "abcddd", NULL },
	{ "x = '%s-%d-%x-%c-%r' % ('h', 80, 255, 65, 'q')",
	    "h-80-ff-A-\047q\047", NULL },
	{ "x = '%(a)s%(b)s' % {'a': 'os', 'b': '.system'}",
	    "os.system", NULL },
	{ "x = '{}{1}{k}{0:>4}'.format('a', 'b', k='c')",
	    "abc   a", NULL },
	{ "d = {'a': 'curl', 'b': 's'}\nx = '{a} -{b}'.format(**d)",
	    "curl -s", NULL },
	{ "x = '{a}|{b}'.format_map({'a': 'c', 'b': 'd'})", "c|d", NULL },
	{ "from string import Template\nt = Template('$a ${b}$$ $c')\n"
	    "x = t.safe_substitute({'a': 'f'}, b='g')", "f g$ ", NULL },
	{ "k = 'y'\nx = f'{k}{1 + 1:02x}{{}}{k!r}{\"z\":*^5}'",
	    "y02{}\047y\047**z**", NULL },
	{ "x = 'abcdef'[1:5:2] + 'xyz'[-1] + 'abc'[::-1]",
	    "bdzcba", NULL },
	{ "x = '-'.join(['a', 'b', 'c']).replace('-', '+').upper()",
	    "A+B+C", NULL },
	{ "x = 'hello'.translate(str.maketrans('el', 'ip'))",
	    "hippo", NULL },
	{ "x = 'abcd'.translate(str.maketrans('a', 'e', range(98, 100)))",
	    "ed", NULL },
	{ "x = '\321\217bca'.translate({98: 'x', 99: None, 1103: 'y', 98: "
	    "'z'})",
	    "yza", NULL },
	{ "x = str((int('9' * 40) ^ int('9' * 40)).bit_length())",
	    "0", NULL },
	{ "x = str(int('f' * 30, 16) ^ int('f' * 29 + 'a', 16))",
	    "5", NULL },
	{ "x = int('123456789012345678901234567890123456789').to_bytes(16, "
	    "'big').hex() + int('7' * 40, 8).to_bytes(15, 'big').hex() + "
	    "int('1' * 70, 2).to_bytes(9, 'big').hex()",
	    "5ce0e9a56015fec5aadfa328ae398115ffffffffffffffffffffffffffffff"
	    "3fffffffffffffffff", NULL },
	{ "x = str((-9223372036854775807 - 1) / -1)",
	    "?0", NULL },
	{ "x = str(list(enumerate('ab', 9223372036854775807)))",
	    "?0", NULL },
	{ "x = str({'a': 'b', 'a': 'c'}['a']) + '%(k)s' % {'k': 1, 'k': 2}",
	    "c2", NULL },
	{ "import textwrap\nx = textwrap.dedent('  a\\n   b') + "
	    "textwrap.dedent(''.join([])) + 'c'",
	    "a\n bc", NULL },
	{ "import string\nx = string.ascii_lowercase[:3] + string.digits[-1]",
	    "abc9", NULL },
	{ "from string import hexdigits as h\nx = h[10:16]",
	    "abcdef", NULL },
	{ "x = ''.join(sorted('hello')) + str(sorted([3, 1, 2])[0])",
	    "ehllo1", NULL },
	{ "a, b, c = 'h/p/q'.partition('/')\nd, e, g = 'h/p/q'.rpartition('/')\n"
	    "x = a + b + c + d + e + g + 'k'.partition(':')[0] + "
	    "'m'.rpartition(':')[2]",
	    "h/p/qh/p/qkm", NULL },
	{ "import json, ast\nc = json.loads('{\"u\": \"a\\\\u00e9\\\\n\", "
	    "\"n\": [1, -2, 3.5, true, null], \"k\": {\"x\": [\"y\"]}}')\n"
	    "x = c['u'] + str(c['n'][1]) + c['k']['x'][0] + "
	    "ast.literal_eval(\"{'a': ('b', 1), 'c': None}\")['a'][0]",
	    "a\xc3\xa9\n-2yb", NULL },
	{ "import json\nx = str(json.loads('{\"a\": [1}')) + 'x'",
	    "x", NULL },
	{ "import json\nx = str(json.loads('[' * 40 + ']' * 40)) + 'x'",
	    "x", NULL },
	/* As jansson reads them, */
	{ "import json\nc = json.loads(' {\"u\": \"http:\\\\/\\\\/a\", "
	    "\"k\": \"\\\\ud83d\\\\ude00\", \"u2\": 1, \"u2\": \"b\"} ')\n"
	    "x = c['u'] + c['k'] + c['u2'] + json.loads('\"c\"')",
	    "http://a\xf0\x9f\x98\x80" "bc", NULL },
	/* ... and as it does not, but Python. */
	{ "import json\nc = json.loads('{\"a\": NaN, \"b\": 99999999999999999999"
	    "9, \"c\": [true, null, -Infinity], \"d\": \"e\"}')\n"
	    "x = c['d'] + str(c['c'][0])",
	    "eTrue", NULL },
	{ "import json\nx = json.loads('{\"a\\\\u0000b\": \"c\"}')['a\\0b']",
	    "c", NULL },
	{ "import ast\nc = ast.literal_eval(\"  ('a', b'b', {3: 'c' 'd'}, "
	    "-4, r'\\\\e')\")\nx = c[0] + c[1].decode() + c[2][3] + str(c[3]) + "
	    "c[4]",
	    "abcd-4\\e", NULL },
	{ "import ast\nx = str(ast.literal_eval('[true]')) + 'x'",
	    "x", NULL },
	{ "import ast\nx = str(ast.literal_eval('chr(65)')) + 'x'",
	    "x", NULL },
	{ "import ast\nx = str(ast.literal_eval('[1]; [2]')) + 'x'",
	    "x", NULL },
	{ "import ast\nx = str(ast.literal_eval('[' * 40 + ']' * 40)) + 'x'",
	    "x", NULL },
	{ "x = dict(a='b', c='d')['c']",
	    "d", NULL },
	{ "'''kept'''\nx = __doc__ + 'x'",
	    "keptx", NULL },
	{ "def f():\n  'doc'\nx = f.__doc__ + '!'",
	    "doc!", NULL },
	{ "class C:\n  t = 'ab'\n  @staticmethod\n  def s(v):\n"
	    "    return v[::-1]\n  @classmethod\n  def c(cls, v):\n"
	    "    return cls.t + v\n  def m(self, v):\n"
	    "    return self.t + self.s(v)\n"
	    "x = C.s('yx') + C.c('z') + C().m('12')",
	    "xyabzab21", NULL },
	{ "class T:\n  def __init__(self, h, p='/u'):\n"
	    "    self.h = 'https://' + h\n    self.p = p\n"
	    "  @property\n  def url(self): return self.h + self.p\n"
	    "x = T('a').url + T('b', p='/v').url",
	    "https://a/uhttps://b/v", NULL },
	{ "from dataclasses import dataclass, field\n@dataclass\n"
	    "class T:\n  h: str\n  p: str = field(default='c')\n"
	    "  def all(self, x): return self.h + self.p + x\n"
	    "x = T('a', 'b').p + T(h='d').h + T('e').p + T('f').all('g')",
	    "bdcfcg", NULL },
	{ "from collections import namedtuple as n\nT = n('T', 'a, b')\n"
	    "import types\ns = types.SimpleNamespace(c='3')\n"
	    "x = T('1', '2').b + T(a='4', b='5').a + s.c",
	    "243", NULL },
	{ "import attr\n@attr.s\nclass A:\n  h = attr.ib(default='x')\n"
	    "from enum import Enum\nclass E(Enum):\n  ONE = 'y'\n"
	    "x = A().h + A('z').h + E.ONE.value",
	    "xzy", NULL },
	{ "class D:\n  def __init__(self, t): self.t = t\n"
	    "  def __get__(self, o, k=None): return self.t[::-1]\n"
	    "class T:\n  a = D('cba')\n"
	    "  def __init__(self, k): self.k = k\n"
	    "  def __getitem__(self, n): return n + self.k\n"
	    "  def __call__(self): return self['w']\n"
	    "t = T('u')\nx = t.a + t['v'] + t()",
	    "abcvuwu", NULL },
	{ "class T:\n  def __init__(self, k):\n    self.a = self.b + k\n"
	    "    self.b = self.a + k\n"
	    "  @property\n  def c(self): return self.c + self.c\n"
	    "x = T('k').a + str(T('k').c)",
	    "kk", NULL },
	{ "x = chr(104) + chr(0x69) + '\\u0021\\x21\\41'",
	    "hi!!!", NULL },
	{ "x = str(ord('a') * 2 + 7 // 2 - 3 % 2 ** 1 << 1)",
	    "392", NULL },
	{ "x = bytes([104, 105])",
	    "hi", NULL },
	{ "x = bytes.fromhex('68 69')",
	    "hi", "hex" },
	{ "x = ''.join(chr(c) for c in [104, 105])",
	    "hi", NULL },
	{ "x = ''.join([chr(c ^ 7) for c in b'wunis/ nibus\\047b\\1"
	    "77fjwkb .'])",
	    "print(\047inert example\047)", "xor:0x07" },
	{ "x = ''.join(map(lambda c: chr(c - 1), [113,115,106,111,1"
	    "17,41,40,106,111,102,115,117,33,102,121,98,110,113,109,1"
	    "02,40,42]))",
	    "print(\047inert example\047)", "characters" },
	{ "x = (lambda a, b='c': a + b)('x')",
	    "xc", NULL },
	{ "def f(a): return a + 'b'\nx = f.__call__('a') + (lambda c: c + "
	    "'d').__call__('c') + 'E'.lower.__call__()",
	    "abcde", NULL },
	{ "from itertools import cycle\nk = cycle(b'abc')\n"
	    "x = str(zip(bytes(20998), k)[20996][1]) + str(len(zip(k, k)))",
	    "9919998", NULL },
	{ "from itertools import cycle\nfrom operator import xor\n"
	    "x = str(list(map(xor, bytes(20998), cycle(b'abc')))[20997])",
	    "97", NULL },
	{ "x = ''.join([n, n, '']) or 'none'",
	    "none", NULL },
	{ "x = {'a': 'b'}['a'] + dict([('c', 'd')])['c']",
	    "bd", NULL },
	{ "x = '!'.join([a + b for a in 'xy' for b in '12' if a != "
	    "'y' or b == '2'])",
	    "x1!x2!y2", NULL },
	{ "import base64\nx = base64.b64decode('cHJpbnQoJ2luZXJ0IGV"
	    "4YW1wbGUnKQ==')",
	    "print(\047inert example\047)", "base64" },
	{ "from base64 import b64decode as d\nx = d(b'cHJpbnQoJ2luZ"
	    "XJ0IGV4YW1wbGUnKQ==').decode()",
	    "print(\047inert example\047)", "base64" },
	{ "import base64 as b\nx = b.b32decode('OBZGS3TUFATWS3TFOJ2"
	    "CAZLYMFWXA3DFE4UQ====')",
	    "print(\047inert example\047)", "base32" },
	{ "import base64 as b\nx = b.b85decode('aB^vGbSNijZe?<GAZ2)"
	    "AZE$R5Cn*')",
	    "print(\047inert example\047)", "base85" },
	{ "import base64 as b\nx = b.a85decode(b'E,oZ1F=8MNDImj1+D#"
	    "e+D/a<&-Rf')",
	    "print(\047inert example\047)", "ascii85" },
	{ "import base64 as b\nx = b.b16decode('7072696E742827696E6"
	    "57274206578616D706C652729')",
	    "print(\047inert example\047)", "hex" },
	{ "import binascii\nx = binascii.unhexlify('7072696e7428276"
	    "96e657274206578616d706c652729')",
	    "print(\047inert example\047)", "hex" },
	{ "import codecs\nx = codecs.decode('cevag(\\'vareg rknzcyr"
	    "\\')', 'rot13')",
	    "print(\047inert example\047)", "rot13" },
	{ "x = '7072696e742827696e657274206578616d706c652729'.encod"
	    "e().decode('hex')",
	    "print(\047inert example\047)", "hex" },
	{ "import urllib.parse\nx = urllib.parse.unquote('%70%72%69"
	    "%6e%74%28%27%69%6e%65%72%74%20%65%78%61%6d%70%6c%65%27%2"
	    "9')",
	    "print(\047inert example\047)", "percent" },
	{ "import base64, zlib\nx = zlib.decompress(base64.b64decod"
	    "e('eJwrKMrMK9FQz8xLLSpRSK1IzC3ISVXXBABflgf7'))",
	    "print(\047inert example\047)", "base64 > zlib" },
	{ "import base64, bz2\nx = bz2.decompress(base64.b64decode("
	    "'QlpoOTFBWSZTWTAqzIgAAAgRgEDgIidUQCAAMQAACjT0RpnqlwmRNcQ"
	    "VeAREt8XckU4UJAwKsyIA'))",
	    "print(\047inert example\047)", "base64 > bz2" },
	{ "import base64, gzip\nx = gzip.decompress(base64.b64decod"
	    "e('H4sIAAAAAAACAysoyswr0VDPzEstKlFIrUjMLchJVdcEAHNfWEAWA"
	    "AAA'))",
	    "print(\047inert example\047)", "base64 > gzip" },
	{ "import base64, lzma\nx = lzma.decompress(base64.b64decod"
	    "e('/Td6WFoAAATm1rRGAgAhARYAAAB0L+WjAQAVcHJpbnQoJ2luZXJ0I"
	    "GV4YW1wbGUnKQAAAPMBQl6pDZA4AAEuFlYJVd8ftvN9AQAAAAAEWVo='"
	    "))",
	    "print(\047inert example\047)", "base64 > lzma" },
	{ "import base64, zlib\nx = zlib.decompress(base64.b64decod"
	    "e('KyjKzCvRUM/MSy0qUUitSMwtyElV1wQA'), -15)",
	    "print(\047inert example\047)", "base64 > deflate" },
	{ "import base64, zlib\nx = zlib.decompressobj().decompress"
	    "(base64.b64decode('eJwrKMrMK9FQz8xLLSpRSK1IzC3ISVXXBABfl"
	    "gf7'))",
	    "print(\047inert example\047)", "base64 > zlib" },
	{ "import base64, gzip, io\nx = gzip.GzipFile(fileobj=io.By"
	    "tesIO(base64.b64decode('H4sIAAAAAAACAysoyswr0VDPzEstKlFI"
	    "rUjMLchJVdcEAHNfWEAWAAAA'))).read()",
	    "print(\047inert example\047)", "base64 > gzip" },
	{ "import struct\nx = struct.pack('<HB2s', 26952, 33, b'ab'"
	    ")",
	    "Hi!ab", NULL },
	{ "import struct\nx = ''.join(chr(c) for c in struct.unpack"
	    "('>2H', b'\\0h\\0i'))",
	    "hi", NULL },
	{ "x = (420713880394389685950129960735250800301651703285122"
	    "97).to_bytes(22, 'big')",
	    "print(\047inert example\047)", "number" },
	{ "x = int('15397498775623193254968905333740597940976202812"
	    "060272').to_bytes(22, 'little')",
	    "print(\047inert example\047)", "number" },
	{ "def f(d, k):\n    o = bytearray()\n    for i in range(le"
	    "n(d)):\n        o.append(d[i] ^ k[i % len(k)])\n    retu"
	    "rn bytes(o)\nx = f(b'\\033\\027\\020\\005\\021QL\\014\\0"
	    "27\\016\\027\\015K\\000\\001\\012\\010\\011\\007\\000^B'"
	    ", b'key')",
	    "print(\047inert example\047)", NULL },
	{ "x = ''\nfor c in 'qsjou)(jofsu!fybnqmf(*':\n    x += chr"
	    "(ord(c) - 1)\nx = x",
	    "print(\047inert example\047)", "loop" },
	{ "x = []\ni = 0\nwhile i < 3:\n    x.append(i + 65)\n    i"
	    " += 1\nx = bytes(x)\nx",
	    "ABC", NULL },
	{ "d = bytearray(b'uwlkq-\\042lk`wq%`}dhui`\\042,')\nfor i "
	    "in range(len(d)):\n    d[i] ^= 5\nx = bytes(d)",
	    "print(\047inert example\047)", NULL },
	{ "import itertools\nx = bytes(a ^ b for a, b in zip(b'\\03"
	    "6\\035\\007\\001\\032GI\\006\\000\\012\\034\\033N\\012\\"
	    "026\\016\\003\\037\\002\\012IF', itertools.cycle(b'no'))"
	    ")",
	    "print(\047inert example\047)", "xor" },
	{ "from cryptography.fernet import Fernet\nx = Fernet(b'AAE"
	    "CAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=').decrypt(b'gA"
	    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAIjsMSKluPYh-DEDZFax4gIZVB"
	    "Cc_7nb45B2oNlEuWc51H0WGWo_7KD5POcrMyXYvY5fMrHT6Je_zpxlM8"
	    "XwkGo=')",
	    "print(\047inert example\047)", "fernet" },
	{ "from Crypto.Cipher import AES\nfrom Crypto.Util.Padding "
	    "import unpad\nimport base64\nx = unpad(AES.new(bytes(ran"
	    "ge(16, 32)), AES.MODE_CBC, bytes(16)).decrypt(base64.b64"
	    "decode('iOwxIqW49iH4MQNkVrHiAhlUEJz/udvjkHag2US5Zzk=')),"
	    " 16)",
	    "print(\047inert example\047)", "base64 > aes" },
	{ "from cryptography.hazmat.primitives.ciphers import Ciphe"
	    "r, algorithms, modes\nd = Cipher(algorithms.AES(bytes(ra"
	    "nge(16, 32))), modes.CBC(bytes(16))).decryptor()\nx = d."
	    "update(bytes.fromhex('88ec3122a5b8f621f831036456b1e20219"
	    "54109cffb9dbe39076a0d944b96739'))[:-10]",
	    "print(\047inert example\047)", NULL },
	{ "from cryptography.hazmat.primitives.ciphers.aead import AESGCM\n"
	    "import base64\nd = base64.b64decode('bm5ubm5ubm5ubm5u1yl+B8F0kJY"
	    "FSRguyS6v75IOglkFcdDK55KFp9Ii7pYhnnyG0jo=')\n"
	    "x = AESGCM(bytes(range(32))).decrypt(d[:12], d[12:], None)",
	    "print(\047inert example\047)", "base64 > aes" },
	{ "from cryptography.hazmat.primitives.ciphers import aead\n"
	    "import base64\nx = aead.ChaCha20Poly1305(bytes(range(32)))."
	    "decrypt(b'n' * 12, base64.b64decode('shY7Nzvch3jyE5Ey3AGdBM8enMpq"
	    "2VBSudTjhOEFl7snHdsl2wA='), None)",
	    "print(\047inert example\047)", "base64 > chacha20" },
	{ "import hashlib\nx = hashlib.sha256(b'a').hexdigest()[:8]",
	    "ca978112", NULL },
	{ "import os\nx = os.system",
	    "=os.system", NULL },
	{ "import os.path as p\nx = p.join",
	    "=os.path.join", NULL },
	{ "from os import system as s\nx = s",
	    "=os.system", NULL },
	{ "x = __import__('o' + 's').system",
	    "=os.system", NULL },
	{ "x = __import__('os.path').sep",
	    "=os.sep", NULL },
	{ "import importlib\nx = importlib.import_module('os').pope"
	    "n",
	    "=os.popen", NULL },
	{ "import importlib as i\nm = getattr(i, 'import_' + 'modul"
	    "e')\nx = m('subprocess').Popen",
	    "=subprocess.Popen", NULL },
	{ "import os\nx = getattr(os, 'metsys'[::-1])",
	    "=os.system", NULL },
	{ "import os\nx = os.__dict__['system']",
	    "=os.system", NULL },
	{ "import os\nx = vars(os)['system']",
	    "=os.system", NULL },
	{ "import os\nx = os.__getattribute__('system')",
	    "=os.system", NULL },
	{ "import sys\nx = sys.modules['os'].system",
	    "=os.system", NULL },
	{ "x = globals()['__builtins__'].__dict__['ex' + 'ec']",
	    "=exec", NULL },
	{ "x = frame().f_builtins['ex' + 'ec']", "=exec", NULL },
	{ "def f(): pass\nx = f.__globals__['__builtins__']['eval']",
	    "=eval", NULL },
	{ "x = load()._module.__builtins__.exec", "=exec", NULL },
	{ "x = __builtins__['eval']",
	    "=eval", NULL },
	{ "x = getattr(__builtins__, 'eval')",
	    "=eval", NULL },
	{ "import builtins\nx = builtins.exec",
	    "=exec", NULL },
	{ "def f(): pass\nx = globals().get('eval')",
	    "=eval", NULL },
	{ "e = exec\nx = e",
	    "=exec", NULL },
	{ "import os\no = os\nx = o.system",
	    "=os.system", NULL },
	{ "from os import *\nx = system",
	    "=os.system", NULL },
	{ "try:\n    import json as x\nexcept ImportError:\n    x ="
	    " None\nx",
	    "=json", NULL },
	{ "import socket\nx = socket.socket().connect",
	    "=socket.socket().connect", NULL },
	{ "import operator, os\nx = operator.attrgetter('system')(o"
	    "s)",
	    "=os.system", NULL },
	{ "import functools, os\nx = functools.partial(os.system)",
	    "=os.system", NULL },
	{ "class A:\n    def __init__(self):\n        import os\n  "
	    "      self.o = os\n    def f(self):\n        global x\n "
	    "       x = self.o.system",
	    "=os.system", NULL },
	{ "\360\235\220\236\360\235\220\261\360\235\220\236\360\235"
	    "\220\234('a')\nx = \360\235\220\236\360\235\220\261\360"
	    "\235\220\236\360\235\220\234",
	    "=exec", NULL },
	{ "import os\nx = (lambda m, n: getattr(m, n))(os, 'system'"
	    ")",
	    "=os.system", NULL },
	{ "x, y = eval, exec",
	    "=eval", NULL },
};

/* How many of the table come out wrong. */
static int
count_wrong(void)
{
	int wrong = 0;

	for (size_t i = 0; i < ARRAY_LEN(folds); i++) {
		struct buf got = BUF_EMPTY, chain = BUF_EMPTY;
		struct fold *f = folded_new(folds[i].source,
		    strlen(folds[i].source));
		struct value v = folded_name(f, "x");

		folded_spell(f, &v, &got);
		fold_chain(f, v.layer, &chain);
		if (!str_equal(buf_text(&got), folds[i].value) ||
		    (folds[i].chain != NULL && !str_equal(buf_text(&chain),
		    folds[i].chain))) {
			print_error("%s\n  gives %s by %s\n", folds[i].source,
			    buf_text(&got), buf_text(&chain));
			wrong++;
		}
		buf_release(&got);
		buf_release(&chain);
		folded_free(f);
	}
	return wrong;
}

static void
values(void **state)
{
	(void)state;
	assert_int_equal(count_wrong(), 0);
}

/* After libcrypto was used once, as the worker does, no decoder and no cipher
 * needs a system call that the sandbox refuses. */
static void
values_locked_down(void **state)
{
	char sha[SHA256_HEX + 1];
	int status;
	pid_t child;

	(void)state;
	sha256_hex("", 0, sha);
	fold_warm();
	child = fork();
	if (child == 0) {
		sandbox_enter(SANDBOX_WORKER_CHILD, SANDBOX_BEST_EFFORT);
		_exit(count_wrong());
	}
	assert_int_not_equal(child, -1);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* What a name of another module of the package is. */
static void
across_modules(void **state)
{
	static const struct { const char *name, *source; bool package; }
	sources[] = {
		{ "pkg.low", "from os import system as _s\nrun = _s\n"
		    "URL = 'http://' + 'c2.example.invalid'\n", false },
		{ "pkg", "from .low import run\nfrom .low import *\n", true },
		{ "pkg.sub.top", "from ..low import URL as u\nfrom .. import "
		    "run\nimport pkg.low as l\nx = run\ny = u\nz = l.run\n",
		    false },
	};
	static const struct { const char *name, *value; } want[] = {
		{ "x", "=os.system" }, { "y", "http://c2.example.invalid" },
		{ "z", "=os.system" },
	};
	struct modules *m = modules_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		struct tree *t = tree_read(sources[i].source,
		    strlen(sources[i].source));
		struct fold *f = fold_new(t);

		modules_use(m, sources[i].name, sources[i].package, f);
		for (size_t k = 0; i == 2 && k < ARRAY_LEN(want); k++) {
			struct buf got = BUF_EMPTY;
			struct value v = folded_name(f, want[k].name);

			folded_spell(f, &v, &got);
			assert_string_equal(buf_text(&got), want[k].value);
			buf_release(&got);
		}
		modules_add(m, sources[i].name, f);
		fold_free(f);
		tree_free(t);
	}
	modules_free(m);
}

/* What objects, classes and tables of other modules hold; each source is read
 * alone, and once more when all are known. */
static void
objects_of_modules(void **state)
{
	static const struct { const char *name, *source; } sources[] = {
		{ "pkg.model", "from dataclasses import dataclass\n"
		    "from collections import namedtuple\n"
		    "Step = namedtuple('Step', 'path url')\n"
		    "@dataclass\nclass T:\n  host: str\n"
		    "  path: str = '/up.example'\n"
		    "  @property\n  def url(self):\n"
		    "    return f'https://{self.host}{self.path}'\n"
		    "class C:\n  BASE = 'http://c.example.invalid'\n"
		    "  def __init__(self, name, root='/r.d'):\n"
		    "    self.where = root + '/' + name\n"
		    "own = C('o')\n" },
		{ "pkg.settings", "from .model import C, Step, T\n"
		    "t = T('h.example.invalid')\n"
		    "k = T(host='k.example.invalid', path='/k')\n"
		    "c = C('n')\ns = Step('~/.a', 'http://s')\n"
		    "TABLE = {'a': 'b.example.invalid'}\n"
		    "def make():\n  return T(host='m.example.invalid')\n" },
		{ "pkg.use", "from . import settings\n"
		    "from .model import C, T, own\n"
		    "from .settings import TABLE, c, k, make, s, t\n"
		    "a = t.url\nb = k.url + settings.k.host\n"
		    "d = c.where + own.where\ne = C.BASE\nf = s.url\n"
		    "g = TABLE['a']\nh = make().host\n"
		    "i = T('i').url\nj = t.nothing\nl = T(t).path\n" },
	};
	static const struct { const char *name, *value; } want[] = {
		{ "a", "https://h.example.invalid/up.example" },
		{ "b", "https://k.example.invalid/kk.example.invalid" },
		{ "d", "/r.d/n/r.d/o" }, { "e", "http://c.example.invalid" },
		{ "f", "http://s" }, { "g", "b.example.invalid" },
		{ "h", "m.example.invalid" },
		{ "i", "https://i/up.example" },
		{ "j", "=pkg.model.T().nothing" }, { "l", "/up.example" },
	};
	struct tree *t[ARRAY_LEN(sources)];
	struct fold *f[ARRAY_LEN(sources)], *again;
	struct modules *m = modules_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		t[i] = tree_read(sources[i].source,
		    strlen(sources[i].source));
		f[i] = fold_new(t[i]);
		modules_use(NULL, sources[i].name, false, f[i]);
		fold_all(f[i]);
		modules_add(m, sources[i].name, f[i]);
	}
	assert_false(modules_change_nothing(m, f[2]));
	again = fold_new(t[2]);
	modules_use(m, sources[2].name, false, again);
	for (size_t k = 0; k < ARRAY_LEN(want); k++) {
		struct buf got = BUF_EMPTY;
		struct value v = folded_name(again, want[k].name);

		folded_spell(again, &v, &got);
		assert_string_equal(buf_text(&got), want[k].value);
		buf_release(&got);
	}
	fold_free(again);
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		fold_free(f[i]);
		tree_free(t[i]);
	}
	modules_free(m);
}

/* What was folded alone is folded again only when the package says more. */
static void
modules_told(void **state)
{
	static const struct { const char *name, *source; bool same; }
	sources[] = {
		{ "pkg.low", "from os import system as run\n"
		    "URL = 'http://c2.example.invalid'\n"
		    "def send(x):\n    return x\n", true },
		{ "pkg", "from . import low\n", true },
		/* a function, and what it gives; a name that is another; a
		 * constant */
		{ "pkg.a", "from .low import send\ny = send\n", true },
		{ "pkg.h", "from .low import send\ny = send('aGlkZGVuIQ==')\n",
		    false },
		{ "pkg.i", "from .low import send\ny = send(1)\n", true },
		{ "pkg.b", "from .low import run\ny = run('id')\n", false },
		{ "pkg.c", "from pkg.low import URL\ny = URL\n", false },
		{ "pkg.d", "import pkg.low as l\ny = l.run\n", false },
		{ "pkg.e", "from .low import *\ny = run\n", false },
		{ "pkg.f", "from pkg import low\ny = low\n", true },
		{ "pkg.g", "import json\ny = json.dumps\n", true },
	};
	struct tree *t[ARRAY_LEN(sources)];
	struct fold *f[ARRAY_LEN(sources)];
	struct modules *m = modules_new();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		t[i] = tree_read(sources[i].source,
		    strlen(sources[i].source));
		f[i] = fold_new(t[i]);
		modules_use(NULL, sources[i].name, i == 1, f[i]);
		fold_all(f[i]);
		(void)folded_name(f[i], "y");
		modules_add(m, sources[i].name, f[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(sources); i++) {
		if (modules_change_nothing(m, f[i]) != sources[i].same)
			fail_msg("%s", sources[i].name);
		fold_free(f[i]);
		tree_free(t[i]);
	}
	modules_free(m);
}

static struct fold *
lend(void *ctx, const char *module, size_t len)
{
	struct fold **low = ctx;

	return len == 7 && memcmp(module, "pkg.low", 7) == 0 ? *low : NULL;
}

/* What functions, objects and tables of another module give. */
static void
across_calls(void **state)
{
	static const char low[] = "import base64\n"
	    "def plain(s, key=7):\n    return ''.join(chr(b ^ key) for b in "
	    "base64.b64decode(s))\n"
	    "class Codec:\n    def turn(self, s):\n        return s[::-1]\n"
	    "CODEC = Codec()\nTABLE = {'a': ['x', 'y' * 3]}\n"
	    "LONG = 'z' * 5000\n";
	static const char top[] = "from .low import plain, CODEC, Codec, "
	    "TABLE, LONG\n"
	    "a = plain('b25qbQ==')\nb = plain('aGlqag==', key=0)\n"
	    "c = CODEC.turn('abc') + Codec().turn('de')\n"
	    "d = TABLE['a'][1] + ''.join(TABLE['a'])\n"
	    "e = str(len(LONG)) + LONG[:2]\n";
	static const struct { const char *name, *value; } want[] = {
		{ "a", "himj" }, { "b", "hijj" }, { "c", "cbaed" },
		{ "d", "yyyxyyy" }, { "e", "5000zz" },
	};
	struct tree *t[2] = { tree_read(low, strlen(low)),
	    tree_read(top, strlen(top)) };
	struct fold *f[2] = { fold_new(t[0]), fold_new(t[1]) };
	struct lender lender = { .open = lend, .ctx = &f[0] };
	struct modules *m = modules_new();

	(void)state;
	modules_lend(m, &lender);
	modules_use(NULL, "pkg.low", false, f[0]);
	modules_add(m, "pkg.low", f[0]);
	modules_use(m, "pkg.top", false, f[1]);
	for (size_t k = 0; k < ARRAY_LEN(want); k++) {
		struct buf got = BUF_EMPTY;
		struct value v = folded_name(f[1], want[k].name);

		folded_spell(f[1], &v, &got);
		assert_string_equal(buf_text(&got), want[k].value);
		buf_release(&got);
	}
	for (size_t i = 0; i < 2; i++) {
		fold_free(f[i]);
		tree_free(t[i]);
	}
	modules_free(m);
}

static void
pickles(void **state)
{
	static const uint8_t protocol0[] = "cos\nsystem\n(S'id'\ntR.";
	static const uint8_t protocol4[] = "\x80\x04\x95\x1d\0\0\0\0\0\0\0\x8c"
	    "\x05posix\x94\x8c\x06system\x94\x93\x94\x8c\x02id\x94\x85\x94R.";
	struct buf b = { .most = 4096 };

	(void)state;
	assert_true(pickle_text(protocol0, sizeof(protocol0) - 1, &b));
	assert_string_equal(buf_text(&b),
	    "import os.system\ntext id\ncall\n");
	buf_reset(&b);
	assert_true(pickle_text(protocol4, sizeof(protocol4) - 1, &b));
	assert_string_equal(buf_text(&b), "text posix\ntext system\n"
	    "import posix.system\ntext id\ncall\n");
	buf_reset(&b);
	assert_false(pickle_text((const uint8_t *)"hello", 5, &b));
	buf_release(&b);
}

/* marshal.dumps(compile("import os; os.system('id')", "m", "exec")) of CPython
 * 2.7, 3.8, 3.11 and 3.13. */
static const char code27[] =
    "\143\000\000\000\000\000\000\000\000\002\000\000\000\100\000"
    "\000\000\163\035\000\000\000\144\000\000\144\001\000\154\000"
    "\000\132\000\000\145\000\000\152\001\000\144\002\000\203\001"
    "\000\001\144\001\000\123\050\003\000\000\000\151\377\377\377"
    "\377\116\164\002\000\000\000\151\144\050\002\000\000\000\164"
    "\002\000\000\000\157\163\164\006\000\000\000\163\171\163\164"
    "\145\155\050\000\000\000\000\050\000\000\000\000\050\000\000"
    "\000\000\164\001\000\000\000\155\164\010\000\000\000\074\155"
    "\157\144\165\154\145\076\001\000\000\000\163\002\000\000\000"
    "\014\000";
static const char code38[] =
    "\143\000\000\000\000\000\000\000\000\000\000\000\000\000\000"
    "\000\000\003\000\000\000\100\000\000\000\163\026\000\000\000"
    "\144\000\144\001\154\000\132\000\145\000\240\001\144\002\241"
    "\001\001\000\144\001\123\000\051\003\351\000\000\000\000\116"
    "\332\002\151\144\051\002\332\002\157\163\332\006\163\171\163"
    "\164\145\155\251\000\162\004\000\000\000\162\004\000\000\000"
    "\332\001\155\332\010\074\155\157\144\165\154\145\076\001\000"
    "\000\000\163\002\000\000\000\010\000";
static const char code311[] =
    "\143\000\000\000\000\000\000\000\000\000\000\000\000\003\000"
    "\000\000\000\000\000\000\363\056\000\000\000\227\000\144\000"
    "\144\001\154\000\132\000\002\000\145\000\152\001\000\000\000"
    "\000\000\000\000\000\144\002\246\001\000\000\253\001\000\000"
    "\000\000\000\000\000\000\001\000\144\001\123\000\051\003\351"
    "\000\000\000\000\116\332\002\151\144\051\002\332\002\157\163"
    "\332\006\163\171\163\164\145\155\251\000\363\000\000\000\000"
    "\332\001\155\372\010\074\155\157\144\165\154\145\076\162\010"
    "\000\000\000\001\000\000\000\163\040\000\000\000\360\003\001"
    "\001\001\330\000\011\200\011\200\011\200\011\210\071\210\062"
    "\214\071\220\124\211\077\214\077\210\077\210\077\210\077\162"
    "\006\000\000\000";
static const char code313[] =
    "\143\000\000\000\000\000\000\000\000\000\000\000\000\003\000"
    "\000\000\000\000\000\000\363\060\000\000\000\225\000\123\000"
    "\123\001\113\000\162\000\134\000\122\002\000\000\000\000\000"
    "\000\000\000\000\000\000\000\000\000\000\000\000\000\042\000"
    "\123\002\065\001\000\000\000\000\000\000\040\000\147\001\051"
    "\003\351\000\000\000\000\116\332\002\151\144\051\002\332\002"
    "\157\163\332\006\163\171\163\164\145\155\251\000\363\000\000"
    "\000\000\332\001\155\332\010\074\155\157\144\165\154\145\076"
    "\162\010\000\000\000\001\000\000\000\163\022\000\000\000\360"
    "\003\001\001\001\333\000\011\210\062\217\071\212\071\220\124"
    "\215\077\162\006\000\000\000";

static void
code_objects(void **state)
{
	static const struct { const char *bytes; size_t size; } codes[] = {
		{ code27, sizeof(code27) - 1 }, { code38, sizeof(code38) - 1 },
		{ code311, sizeof(code311) - 1 },
		{ code313, sizeof(code313) - 1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		struct buf b = { .most = 4096 };

		assert_true(marshal_text((const uint8_t *)codes[i].bytes,
		    codes[i].size, &b));
		assert_non_null(strstr(buf_text(&b), "os\n"));
		assert_non_null(strstr(buf_text(&b), "system\n"));
		assert_non_null(strstr(buf_text(&b), "id\n"));
		buf_release(&b);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_locked_down),
		cmocka_unit_test(values),
		cmocka_unit_test(across_modules),
		cmocka_unit_test(across_calls),
		cmocka_unit_test(objects_of_modules),
		cmocka_unit_test(modules_told),
		cmocka_unit_test(pickles),
		cmocka_unit_test(code_objects),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
