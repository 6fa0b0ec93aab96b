/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stdlib - the top-level module names of every Python since 2.7, normalised.
 *
 * PyPI refuses these for new projects; private indexes do not, and older
 * projects hold some.  Private modules (leading underscore) are left out: no
 * project name can equal them.
 * Runs in: where the index is built.  Pure.
 */
#include "names/stdlib.h"

#include "base/str.h"

const char *const stdlib_names[] = {
	"abc", "aepack", "aetools", "aetypes", "aifc", "aix-support", "al",
	"annotationlib", "antigravity", "anydbm", "applesingle", "argparse",
	"array", "ast", "asynchat", "asyncio", "asyncore", "atexit",
	"audiodev", "audioop", "autogil", "base64", "basehttpserver",
	"bastion", "bdb", "binascii", "binhex", "bisect", "bsddb", "bsddb185",
	"buildtools", "builtin", "builtins", "bz2", "calendar", "carbon",
	"cd", "cfmfile", "cgi", "cgihttpserver", "cgitb", "chunk", "cmath",
	"cmd",  "code", "codecs", "codeop", "collections",
	"colorpicker", "colorsys", "commands", "compileall", "compiler",
	"compression", "concurrent", "configparser", "contextlib",
	"contextvars", "cookie", "cookielib", "copy", "copy-reg", "copyreg",
	"cpickle", "cprofile", "crypt", "cstringio", "csv", "ctypes",
	"curses", "dataclasses", "datetime", "dbhash", "dbm", "decimal",
	"dialog", "difflib", "dircache", "dis", "distutils", "dl", "doctest",
	"docxmlrpcserver", "dumbdbm", "dummy-thread", "dummy-threading",
	"easydialogs", "email", "encodings", "ensurepip", "enum", "errno",
	"exceptions", "faulthandler", "fcntl", "filecmp", "filedialog",
	"fileinput", "findertools", "fixtk", "fl", "flp", "fm", "fnmatch",
	"formatter", "fpformat", "fractions", "framework", "ftplib",
	"functools", "future", "future-builtins", "gc", "gdbm", "genericpath",
	"getopt", "getpass", "gettext", "gl", "glob", "graphlib", "grp",
	"gzip", "hashlib", "heapq", "hmac", "hotshot", "html",
	"htmlentitydefs", "htmllib", "htmlparser", "http", "httplib", "ic",
	"idlelib", "ihooks", "imaplib", "imgfile", "imghdr", "imp",
	"importlib", "imputil", "inspect", "io", "ipaddress", "itertools",
	"jpeg", "json", "keyword", "lib2to3", "linecache", "linuxaudiodev",
	"locale", "logging", "lzma", "macerrors", "macostools", "macpath",
	"macurl2path", "mailbox", "mailcap", "markupbase", "marshal", "math",
	"md5", "mhlib", "mimetools", "mimetypes", "mimewriter", "mimify",
	"miniaeframe", "mmap", "modulefinder", "msilib", "msvcrt",
	"multifile", "multiprocessing", "mutablestring", "mutex", "nav",
	"netrc", "new", "nis", "nntplib", "nt", "ntpath", "ntsystem",
	"nturl2path", "numbers", "opcode", "operator", "optparse", "os",
	"os2emxpath", "ossaudiodev", "parser", "pathlib", "pdb", "pickle",
	"pickletools", "pipes", "pixmapwrapper", "pkgutil", "plat-linux2",
	"platform", "plistlib", "popen2", "poplib", "posix", "posixfile",
	"posixpath", "pprint", "profile", "pstats", "pty", "pwd",
	"py-compile", "pyclbr", "pydoc", "pyexpat", "pyrepl",
	"queue", "quopri", "random", "re", "readline", "repr", "reprlib",
	"resource", "rexec", "rfc822", "rlcompleter", "robotparser", "runpy",
	"sched", "scrolledtext", "secrets", "select", "selectors", "sets",
	"sgi", "sgmllib", "sha", "shelve", "shlex", "shutil", "signal",
	"simpledialog", "simplehttpserver", "simplexmlrpcserver", "site",
	"smtpd", "smtplib", "sndhdr", "socket", "socketserver", "spwd",
	"sqlite3", "sre", "sre-compile", "sre-constants", "sre-parse", "ssl",
	"stat", "statistics", "statvfs", "string", "stringio", "stringold",
	"stringprep", "strop", "struct", "subprocess", "sunau",
	"sunaudio", "sunaudiodev", "sv", "symbol", "symtable", "sys",
	"sysconfig", "syslog", "tabnanny", "tarfile", "telnetlib", "tempfile",
	"termios", "test", "textwrap", "this", "thread", "threading", "time",
	"timeit", "tix", "tkcolorchooser", "tkcommondialog", "tkconstants",
	"tkdnd", "tkfiledialog", "tkfont", "tkinter", "tkmessagebox",
	"tksimpledialog", "toaiff", "token", "tokenize", "tomllib", "trace",
	"traceback", "tracemalloc", "ttk", "tty", "turtle", "turtledemo",
	"types", "typing", "unicodedata", "unittest", "urllib", "urllib2",
	"urlparse", "user", "userdict", "userlist", "userstring", "uu",
	"uuid", "venv", "videoreader", "w", "warnings", "wave", "weakref",
	"webbrowser", "whichdb", "winreg", "winsound", "wsgiref", "xdrlib",
	"xml", "xmllib", "xmlrpc", "xmlrpclib", "zipapp", "zipfile",
	"zipimport", "zlib", "zoneinfo",
};
const size_t stdlib_count = ARRAY_LEN(stdlib_names);
