/* SPDX-License-Identifier: Apache-2.0 */
/*
 * imports - what code imports, and the project that installs it, where the two
 * differ: who reads the import asks for a project of that name.
 * Runs in: where the index is built.  Pure.
 */
#include "names/imports.h"

#include "base/str.h"

const struct import_name import_names[] = {
	{ "attr", "attrs" }, { "bio", "biopython" },
	{ "bs4", "beautifulsoup4" }, { "cairo", "pycairo" },
	{ "crypto", "pycryptodome" }, { "cryptodome", "pycryptodomex" },
	{ "cv2", "opencv-python" }, { "cx-oracle", "oracledb" },
	{ "dateutil", "python-dateutil" }, { "discord", "discord-py" },
	{ "dns", "dnspython" }, { "docx", "python-docx" },
	{ "dotenv", "python-dotenv" }, { "environ", "django-environ" },
	{ "fitz", "pymupdf" }, { "gi", "pygobject" }, { "git", "gitpython" },
	{ "github", "pygithub" }, { "gitlab", "python-gitlab" },
	{ "google", "google-api-python-client" }, { "grpc", "grpcio" },
	{ "haystack", "haystack-ai" }, { "igraph", "python-igraph" },
	{ "jose", "python-jose" }, { "jwt", "pyjwt" },
	{ "kafka", "kafka-python" }, { "ldap", "python-ldap" },
	{ "magic", "python-magic" }, { "markdown-it", "markdown-it-py" },
	{ "memcache", "python-memcached" },
	{ "multipart", "python-multipart" },
	{ "mysql", "mysql-connector-python" }, { "mysqldb", "mysqlclient" },
	{ "nacl", "pynacl" }, { "objc", "pyobjc" }, { "odf", "odfpy" },
	{ "openssl", "pyopenssl" }, { "osgeo", "gdal" },
	{ "paho", "paho-mqtt" }, { "pil", "pillow" },
	{ "pkg-resources", "setuptools" }, { "pptx", "python-pptx" },
	{ "psycopg2", "psycopg2-binary" },
	{ "rest-framework", "djangorestframework" }, { "saml2", "pysaml2" },
	{ "serial", "pyserial" }, { "skimage", "scikit-image" },
	{ "sklearn", "scikit-learn" }, { "slugify", "python-slugify" },
	{ "snappy", "python-snappy" }, { "socketio", "python-socketio" },
	{ "socks", "pysocks" }, { "speech-recognition", "speechrecognition" },
	{ "telegram", "python-telegram-bot" }, { "umap", "umap-learn" },
	{ "usb", "pyusb" }, { "vlc", "python-vlc" },
	{ "websocket", "websocket-client" }, { "win32api", "pywin32" },
	{ "wx", "wxpython" }, { "xdg", "pyxdg" }, { "yaml", "pyyaml" },
	{ "zmq", "pyzmq" },
};
const size_t import_count = ARRAY_LEN(import_names);
