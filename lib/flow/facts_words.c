/* SPDX-License-Identifier: Apache-2.0 */
/*
 * facts_words - what words inside a text tell of it.
 *
 * Takes: a text.  Gives: marks.  Runs in: worker child, command.
 */
#include "flow/facts.h"

#include <ctype.h>
#include <string.h>

#include "base/str.h"

struct word {
	const char	*text;
	uint64_t	 marks;
};

/* Sorted by byte: those that begin with one byte stand together. */
static const struct word words[] = {
	{ "--dangerously-skip-permissions", MARK_AGENT | MARK_COMMAND },
	{ "--donate-level", MARK_COMMAND },
	{ "--extra-index-url", MARK_FOREIGN },
	{ "--index-url http://", MARK_FOREIGN },
	{ "--trust-all-tools", MARK_AGENT | MARK_COMMAND },
	{ "--trusted-host", MARK_FOREIGN },
	{ "-EncodedCommand", MARK_COMMAND },
	{ "-ExecutionPolicy Bypass", MARK_COMMAND },
	{ "-WindowStyle Hidden", MARK_COMMAND },
	{ "-enc ", MARK_COMMAND },
	{ "-ep bypass", MARK_COMMAND },
	{ "-exec bypass", MARK_COMMAND },
	{ "-nop -w", MARK_COMMAND },
	{ "-w hidden", MARK_COMMAND },
	{ ".ROBLOSECURITY", MARK_SECRET },
	{ ".aptos/config.yaml", MARK_SECRET | MARK_PRIVATE },
	{ ".aws/credentials", MARK_SECRET },
	{ ".aws/sso/cache", MARK_SECRET },
	{ ".azure/accessTokens", MARK_SECRET },
	{ ".azure/msal_token_cache", MARK_SECRET },
	{ ".bash_history", MARK_SECRET | MARK_PRIVATE },
	{ ".bash_profile", MARK_PERSIST },
	{ ".bashrc", MARK_PERSIST },
	{ ".bitcoin", MARK_SECRET | MARK_PRIVATE },
	{ ".brownie/accounts", MARK_SECRET | MARK_PRIVATE },
	{ ".cache/huggingface/token", MARK_TOKEN },
	{ ".cargo/credentials", MARK_TOKEN },
	{ ".circleci/config", MARK_WORKFLOW },
	{ ".claude.json", MARK_SECRET | MARK_PRIVATE | MARK_AGENT },
	{ ".claude/", MARK_AGENT },
	{ ".claude/.credentials.json",
	    MARK_SECRET | MARK_PRIVATE | MARK_AGENT },
	{ ".codex/", MARK_AGENT },
	{ ".codex/auth.json", MARK_SECRET | MARK_PRIVATE | MARK_AGENT },
	{ ".composer/auth.json", MARK_TOKEN },
	{ ".condarc", MARK_PERSIST },
	{ ".config/Exodus", MARK_SECRET | MARK_PRIVATE },
	{ ".config/Ledger Live", MARK_SECRET | MARK_PRIVATE },
	{ ".config/autostart", MARK_PERSIST },
	{ ".config/chromium", MARK_SECRET },
	{ ".config/doctl", MARK_TOKEN },
	{ ".config/environment.d", MARK_WORKFLOW },
	{ ".config/fish", MARK_WORKFLOW },
	{ ".config/gcloud", MARK_SECRET },
	{ ".config/gh/hosts.yml", MARK_SECRET | MARK_PRIVATE },
	{ ".config/git/credentials", MARK_SECRET },
	{ ".config/glab-cli", MARK_TOKEN },
	{ ".config/hub", MARK_TOKEN },
	{ ".config/ngrok", MARK_TOKEN },
	{ ".config/nvim", MARK_WORKFLOW },
	{ ".config/rclone/rclone.conf", MARK_SECRET | MARK_PRIVATE },
	{ ".config/solana", MARK_SECRET | MARK_PRIVATE },
	{ ".config/stripe", MARK_TOKEN },
	{ ".config/sui", MARK_SECRET | MARK_PRIVATE },
	{ ".cursor/", MARK_AGENT },
	{ ".cursorrules", MARK_AGENT },
	{ ".databrickscfg", MARK_TOKEN },
	{ ".dbt/profiles.yml", MARK_TOKEN },
	{ ".devcontainer", MARK_WORKFLOW },
	{ ".docker/config.json", MARK_SECRET },
	{ ".docker/contexts", MARK_TOKEN },
	{ ".electrum/wallets", MARK_SECRET | MARK_PRIVATE },
	{ ".envrc", MARK_WORKFLOW },
	{ ".ethereum/keystore", MARK_SECRET | MARK_PRIVATE },
	{ ".feather/accounts", MARK_SECRET | MARK_PRIVATE },
	{ ".fly/config.yml", MARK_TOKEN },
	{ ".foundry/keystores", MARK_SECRET | MARK_PRIVATE },
	{ ".gdbinit", MARK_WORKFLOW },
	{ ".gem/credentials", MARK_TOKEN },
	{ ".gemini/", MARK_AGENT },
	{ ".gemini/oauth_creds", MARK_SECRET | MARK_PRIVATE | MARK_AGENT },
	{ ".git-credentials", MARK_SECRET },
	{ ".git/hooks", MARK_WORKFLOW },
	{ ".gitconfig", MARK_WORKFLOW },
	{ ".github/workflows", MARK_WORKFLOW },
	{ ".gitlab-ci.yml", MARK_WORKFLOW },
	{ ".gnupg", MARK_TOKEN },
	{ ".huggingface/token", MARK_TOKEN },
	{ ".husky/", MARK_WORKFLOW },
	{ ".inputrc", MARK_WORKFLOW },
	{ ".kaggle/kaggle.json", MARK_TOKEN },
	{ ".kube/config", MARK_SECRET },
	{ ".lldbinit", MARK_WORKFLOW },
	{ ".lunarclient", MARK_SECRET | MARK_PRIVATE },
	{ ".m2/settings.xml", MARK_TOKEN },
	{ ".mozilla/firefox", MARK_SECRET },
	{ ".my.cnf", MARK_TOKEN },
	{ ".mysql_history", MARK_SECRET | MARK_PRIVATE },
	{ ".near-credentials", MARK_SECRET | MARK_PRIVATE },
	{ ".netlify/config.json", MARK_TOKEN },
	{ ".netrc", MARK_TOKEN },
	{ ".npmrc", MARK_TOKEN },
	{ ".oci/config", MARK_TOKEN },
	{ ".password-store", MARK_SECRET | MARK_PRIVATE },
	{ ".pdbrc", MARK_WORKFLOW },
	{ ".pgpass", MARK_SECRET },
	{ ".pre-commit-config", MARK_WORKFLOW },
	{ ".psql_history", MARK_SECRET | MARK_PRIVATE },
	{ ".purple/accounts.xml", MARK_SECRET | MARK_PRIVATE },
	{ ".pylintrc", MARK_WORKFLOW },
	{ ".pypirc", MARK_TOKEN },
	{ ".python_history", MARK_SECRET | MARK_PRIVATE },
	{ ".railway/config.json", MARK_TOKEN },
	{ ".s3cfg", MARK_TOKEN },
	{ ".snowflake/connections.toml", MARK_TOKEN },
	{ ".snowsql/config", MARK_TOKEN },
	{ ".ssh", MARK_TOKEN },
	{ ".ssh/config", MARK_WORKFLOW },
	{ ".ssh/id_", MARK_SECRET | MARK_PRIVATE },
	{ ".supabase/access-token", MARK_TOKEN },
	{ ".target.wants", MARK_PERSIST },
	{ ".terraform.d/credentials", MARK_TOKEN },
	{ ".thunderbird", MARK_SECRET | MARK_PRIVATE },
	{ ".tmux.conf", MARK_WORKFLOW },
	{ ".vault-token", MARK_SECRET },
	{ ".vercel/auth.json", MARK_TOKEN },
	{ ".vimrc", MARK_WORKFLOW },
	{ ".vscode/settings.json", MARK_WORKFLOW },
	{ ".vscode/tasks.json", MARK_WORKFLOW },
	{ ".windsurf", MARK_AGENT },
	{ ".yarnrc.yml", MARK_TOKEN },
	{ ".zsh_history", MARK_SECRET | MARK_PRIVATE },
	{ ".zshrc", MARK_PERSIST },
	{ "/.aws/config", MARK_WORKFLOW },
	{ "/.cargo/config", MARK_WORKFLOW },
	{ "/.env", MARK_TOKEN },
	{ "/.kube/config", MARK_WORKFLOW },
	{ "/.profile", MARK_PERSIST },
	{ "/dev/shm/", MARK_TEMPORARY },
	{ "/dev/tcp/", MARK_COMMAND },
	{ "/dev/video0", MARK_SPIED },
	{ "/etc/cron", MARK_PERSIST },
	{ "/etc/passwd", MARK_MACHINE },
	{ "/etc/profile.d", MARK_PERSIST },
	{ "/etc/rc.local", MARK_PERSIST },
	{ "/etc/shadow", MARK_SECRET | MARK_PRIVATE },
	{ "/etc/systemd/system", MARK_PERSIST },
	{ "/proc/self/environ", MARK_ENVIRON },
	{ "/tmp/", MARK_TEMPORARY },
	{ "/var/tmp/", MARK_TEMPORARY },
	{ "12-word", MARK_PHRASE },
	{ "169.254.170.2", MARK_TOKEN },
	{ "24-word", MARK_PHRASE },
	{ "9a-fA-F]{40}", MARK_COIN },
	{ ":(){ :|:& };:", MARK_DESTROY },
	{ "@reboot", MARK_PERSIST },
	{ "AGENTS.md", MARK_AGENT },
	{ "Add-MpPreference", MARK_COMMAND },
	{ "Atomic/Local Storage", MARK_SECRET | MARK_PRIVATE },
	{ "Bitwarden/data.json", MARK_SECRET | MARK_PRIVATE },
	{ "Bitwarden\\data.json", MARK_SECRET | MARK_PRIVATE },
	{ "BraveSoftware", MARK_SECRET },
	{ "CLAUDE.md", MARK_AGENT },
	{ "Chrome/Default", MARK_SECRET },
	{ "Coinomi", MARK_SECRET | MARK_PRIVATE },
	{ "Cookies", MARK_TOKEN },
	{ "CredEnumerate", MARK_SECRET },
	{ "CurrentVersion\\Run", MARK_PERSIST },
	{ "Daedalus Mainnet", MARK_SECRET | MARK_PRIVATE },
	{ "DownloadFile(", MARK_FETCHING },
	{ "DownloadString(", MARK_COMMAND },
	{ "Edge\\User Data", MARK_SECRET },
	{ "Electrum\\wallets", MARK_SECRET | MARK_PRIVATE },
	{ "Ethereum\\keystore", MARK_SECRET | MARK_PRIVATE },
	{ "Exodus", MARK_SECRET | MARK_PRIVATE },
	{ "F0-9]{40}", MARK_COIN },
	{ "FileZilla/", MARK_SECRET | MARK_PRIVATE },
	{ "Firefox\x1f" "Profiles", MARK_SECRET },
	{ "Firefox/Profiles", MARK_SECRET },
	{ "Firefox\\Profiles", MARK_SECRET },
	{ "GEMINI.md", MARK_AGENT },
	{ "Google/Chrome/", MARK_SECRET },
	{ "Google/Chrome/User Data", MARK_SECRET },
	{ "Google\\Chrome\\", MARK_SECRET },
	{ "Google\\Chrome\\User Data", MARK_SECRET },
	{ "Guarda", MARK_SECRET | MARK_PRIVATE },
	{ "HJ-NP-Z", MARK_COIN },
	{ "IEX (", MARK_COMMAND },
	{ "IEX(", MARK_COMMAND },
	{ "Invoke-Expression", MARK_COMMAND },
	{ "Invoke-WebRequest", MARK_FETCHING },
	{ "LaunchAgents", MARK_PERSIST },
	{ "LaunchDaemons", MARK_PERSIST },
	{ "Ledger Live", MARK_SECRET | MARK_PRIVATE },
	{ "Library/Keychains", MARK_SECRET | MARK_PRIVATE },
	{ "Local Extension Settings", MARK_SECRET | MARK_PRIVATE },
	{ "Local State", MARK_SECRET },
	{ "Local Storage/leveldb", MARK_SECRET | MARK_PRIVATE },
	{ "Login Data", MARK_SECRET | MARK_PRIVATE },
	{ "Martin Prikryl", MARK_SECRET | MARK_PRIVATE },
	{ "MetaMask", MARK_SECRET | MARK_PRIVATE },
	{ "Microsoft/Edge/User Data", MARK_SECRET },
	{ "Opera Software", MARK_SECRET },
	{ "Phantom", MARK_TOKEN },
	{ "PowerShell_profile.ps1", MARK_PERSIST },
	{ "Programs/Startup", MARK_PERSIST },
	{ "Recovery phrase", MARK_PHRASE },
	{ "Roaming\\discord", MARK_TOKEN },
	{ "SCHTASKS /CREATE", MARK_PERSIST },
	{ "Seed phrase", MARK_PHRASE },
	{ "Set-MpPreference", MARK_COMMAND },
	{ "Signal/config.json", MARK_SECRET | MARK_PRIVATE },
	{ "Signal\\config.json", MARK_SECRET | MARK_PRIVATE },
	{ "SimonTatham", MARK_SECRET | MARK_PRIVATE },
	{ "Software\\Microsoft\\Windows\\CurrentVersion\\Run", MARK_PERSIST },
	{ "Start Menu\\Programs\\Startup", MARK_PERSIST },
	{ "Sync Extension Settings", MARK_SECRET | MARK_PRIVATE },
	{ "Telegram Desktop", MARK_SECRET | MARK_PRIVATE },
	{ "Thunderbird/Profiles", MARK_SECRET | MARK_PRIVATE },
	{ "Thunderbird\\Profiles", MARK_SECRET | MARK_PRIVATE },
	{ "Trust Wallet", MARK_SECRET | MARK_PRIVATE },
	{ "TrustWallet", MARK_SECRET | MARK_PRIVATE },
	{ "User/globalStorage", MARK_SECRET | MARK_PRIVATE },
	{ "Vivaldi/User Data", MARK_SECRET },
	{ "Vivaldi\\User Data", MARK_SECRET },
	{ "WinSCP.ini", MARK_SECRET | MARK_PRIVATE },
	{ "YandexBrowser", MARK_SECRET },
	{ "\\\\.\\PhysicalDrive0", MARK_DESTROY },
	{ "a-f0-9]{40}$", MARK_COIN },
	{ "application_default_credentials.json", MARK_SECRET },
	{ "authorized_keys", MARK_PERSIST },
	{ "aws configure export-credentials", MARK_SECRET },
	{ "aws configure get", MARK_TOKEN },
	{ "az account get-access-token", MARK_TOKEN },
	{ "backup phrase", MARK_PHRASE },
	{ "base64 --decode |", MARK_COMMAND },
	{ "base64 -d |", MARK_COMMAND },
	{ "bitsadmin /transfer", MARK_COMMAND },
	{ "cat ~/.ssh", MARK_SECRET },
	{ "certutil -urlcache", MARK_COMMAND },
	{ "certutil.exe -urlcache", MARK_COMMAND },
	{ "cipher /w:", MARK_DESTROY },
	{ "claude_desktop_config", MARK_AGENT },
	{ "com.vercel.cli/auth.json", MARK_TOKEN },
	{ "cookies.sqlite", MARK_SECRET | MARK_PRIVATE },
	{ "copilot-instructions.md", MARK_AGENT },
	{ "credentials.tfrc.json", MARK_SECRET | MARK_PRIVATE },
	{ "dQw4w9WgXcQ:", MARK_SECRET },
	{ "dd if=/dev/urandom of=/dev/", MARK_DESTROY },
	{ "dd if=/dev/zero of=/dev/", MARK_DESTROY },
	{ "del /f /s /q C:\\", MARK_DESTROY },
	{ "del /s /q C:\\", MARK_DESTROY },
	{ "devcontainer.json", MARK_WORKFLOW },
	{ "dig ", MARK_RESOLVING },
	{ "discordcanary", MARK_TOKEN },
	{ "do shell script", MARK_COMMAND },
	{ "dump-keychain", MARK_SECRET | MARK_PRIVATE },
	{ "encrypted_key", MARK_SECRET },
	{ "eval(Buffer.from(", MARK_COMMAND },
	{ "eval(atob(", MARK_COMMAND },
	{ "export-secret-key", MARK_SECRET | MARK_PRIVATE },
	{ "find-generic-password", MARK_SECRET },
	{ "format c:", MARK_DESTROY },
	{ "gcloud auth print", MARK_TOKEN },
	{ "gh auth token", MARK_TOKEN },
	{ "git credential fill", MARK_SECRET | MARK_PRIVATE },
	{ "github-copilot/apps.json", MARK_SECRET | MARK_PRIVATE },
	{ "github-copilot/hosts.json", MARK_SECRET | MARK_PRIVATE },
	{ "gnore all previous instructions", MARK_ORDERS },
	{ "gnore previous instructions", MARK_ORDERS },
	{ "google-chrome/", MARK_SECRET },
	{ "heroku auth:token", MARK_TOKEN },
	{ "id_dsa", MARK_SECRET | MARK_PRIVATE },
	{ "id_ecdsa", MARK_SECRET | MARK_PRIVATE },
	{ "id_ed25519", MARK_SECRET | MARK_PRIVATE },
	{ "id_rsa", MARK_SECRET | MARK_PRIVATE },
	{ "identity/oauth2/token", MARK_TOKEN },
	{ "iex (", MARK_COMMAND },
	{ "iex(", MARK_COMMAND },
	{ "instance/service-accounts", MARK_TOKEN },
	{ "irm http", MARK_COMMAND },
	{ "iwr http", MARK_FETCHING },
	{ "jupyter/runtime", MARK_SECRET | MARK_PRIVATE },
	{ "key4.db", MARK_SECRET | MARK_PRIVATE },
	{ "key=clear", MARK_SECRET },
	{ "km-zA-HJ-NP-Z", MARK_COIN },
	{ "kubectl config view --raw", MARK_SECRET },
	{ "kubectl get secret", MARK_SECRET },
	{ "kubernetes.io/serviceaccount", MARK_TOKEN },
	{ "launchctl bootstrap", MARK_PERSIST },
	{ "launchctl load", MARK_PERSIST },
	{ "launcher_accounts.json", MARK_SECRET | MARK_PRIVATE },
	{ "launcher_profiles.json", MARK_SECRET | MARK_PRIVATE },
	{ "lefthook.yml", MARK_WORKFLOW },
	{ "leveldb", MARK_SECRET },
	{ "login.keychain", MARK_SECRET | MARK_PRIVATE },
	{ "logins.json", MARK_SECRET | MARK_PRIVATE },
	{ "loginusers.vdf", MARK_SECRET | MARK_PRIVATE },
	{ "mcp.json", MARK_AGENT },
	{ "mcpServers", MARK_AGENT },
	{ "meta-data/iam/security-credentials", MARK_TOKEN },
	{ "mise.toml", MARK_WORKFLOW },
	{ "mkfifo /tmp", MARK_COMMAND },
	{ "mkfs.", MARK_DESTROY },
	{ "mnemonic", MARK_TOKEN },
	{ "mnemonic phrase", MARK_PHRASE },
	{ "mshta ", MARK_COMMAND },
	{ "mshta.exe", MARK_COMMAND },
	{ "nc -e", MARK_COMMAND },
	{ "ncat -e", MARK_COMMAND },
	{ "netsh advfirewall", MARK_COMMAND },
	{ "nkbihfbeogaeaoehlefnkodbefgpgknn", MARK_SECRET | MARK_PRIVATE },
	{ "not inform the user", MARK_ORDERS },
	{ "not mention this", MARK_ORDERS },
	{ "not tell the user", MARK_ORDERS },
	{ "noxfile.py", MARK_WORKFLOW },
	{ "npm publish", MARK_WORKFLOW },
	{ "nslookup ", MARK_RESOLVING },
	{ "pip install", MARK_PIP },
	{ "pip install git+http", MARK_PIP },
	{ "pip install http://", MARK_FOREIGN },
	{ "pip/pip.conf", MARK_PERSIST },
	{ "pip/pip.ini", MARK_PERSIST },
	{ "pip3 install", MARK_PIP },
	{ "powershell -e", MARK_COMMAND },
	{ "printenv", MARK_ENVIRON },
	{ "private key", MARK_PHRASE },
	{ "python -c \"import base64", MARK_COMMAND },
	{ "rd /s /q C:\\", MARK_DESTROY },
	{ "recovery phrase", MARK_PHRASE },
	{ "regsvr32", MARK_COMMAND },
	{ "rm -rf --no-preserve-root", MARK_DESTROY },
	{ "rmdir /s /q C:\\", MARK_DESTROY },
	{ "roblox.com", MARK_TOKEN },
	{ "schtasks /create", MARK_PERSIST },
	{ "secret phrase", MARK_PHRASE },
	{ "secret-tool lookup", MARK_SECRET },
	{ "seed phrase", MARK_PHRASE },
	{ "seed_phrase", MARK_TOKEN },
	{ "service-accounts/default/token", MARK_TOKEN },
	{ "serviceaccount/token", MARK_TOKEN },
	{ "sitecustomize.py", MARK_PTH },
	{ "solana/id.json", MARK_TOKEN },
	{ "state.vscdb", MARK_SECRET | MARK_PRIVATE },
	{ "stratum+tcp", MARK_COMMAND },
	{ "systemctl --user enable", MARK_PERSIST },
	{ "systemctl enable", MARK_PERSIST },
	{ "systemd/user", MARK_PERSIST },
	{ "tdata", MARK_SECRET | MARK_PRIVATE },
	{ "terraform.tfstate", MARK_TOKEN },
	{ "twine upload", MARK_WORKFLOW },
	{ "usercustomize.py", MARK_PTH },
	{ "vssadmin delete", MARK_COMMAND },
	{ "wallet.dat", MARK_SECRET | MARK_PRIVATE },
	{ "with hidden answer", MARK_COMMAND | MARK_SECRET },
	{ "wlan show profile", MARK_SECRET },
	{ "xattr -d com.apple", MARK_COMMAND },
	{ "xmrig", MARK_COMMAND },
	{ "| crontab", MARK_COMMAND | MARK_PERSIST },
};

/* Where the words that begin with a byte stand in the table; made once. */
static struct {
	uint16_t	 from[257];
	uint8_t		 lens[ARRAY_LEN(words)];
	uint8_t		 pairs[65536 / 8]; /* first two bytes of any word */
	bool		 made;
} by_byte;

static void
make_index(void)
{
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		const unsigned char *w = (const unsigned char *)words[i].text;
		unsigned int pair = w[0] | (unsigned int)w[1] << 8;

		by_byte.from[w[0] + 1]++;
		by_byte.lens[i] = (uint8_t)strlen(words[i].text);
		by_byte.pairs[pair / 8] |= (uint8_t)(1u << pair % 8);
	}
	for (size_t c = 1; c < ARRAY_LEN(by_byte.from); c++)
		by_byte.from[c] = (uint16_t)(by_byte.from[c] +
		    by_byte.from[c - 1]);
	by_byte.made = true;
}

/* "rsync -e" is no "nc -e", "hydrometdata" no folder "tdata": names of programs
 * and of files begin where a word does. */
static bool
begins_word(const struct word *w)
{
	return (w->marks & (MARK_COMMAND | MARK_RESOLVING | MARK_SECRET |
	    MARK_TOKEN)) && *w->text >= 'a' && *w->text <= 'z';
}

static uint64_t
words_at(const char *at, size_t left, bool inside)
{
	unsigned char c = (unsigned char)*at;
	uint64_t marks = 0;

	for (size_t i = by_byte.from[c]; i < by_byte.from[c + 1]; i++) {
		size_t k = by_byte.lens[i];

		if (k <= left && at[k - 1] == words[i].text[k - 1] &&
		    memcmp(at, words[i].text, k) == 0 &&
		    !(inside && begins_word(&words[i])))
			marks |= words[i].marks;
	}
	return marks;
}

uint64_t
fact_of_words(const char *text, size_t len)
{
	const unsigned char *t = (const unsigned char *)text;
	uint64_t marks = 0;

	if (!by_byte.made)
		make_index();
	for (size_t at = 0; at + 1 < len; at++) {
		unsigned int pair = t[at] | (unsigned int)t[at + 1] << 8;

		if (by_byte.pairs[pair / 8] & 1u << pair % 8)
			marks |= words_at(text + at, len - at, at > 0 &&
			    isalnum(t[at - 1]));
	}
	return marks;
}

const char *
facts_words_misplaced(void)
{
	for (size_t i = 1; i < ARRAY_LEN(words); i++)
		if (strcmp(words[i - 1].text, words[i].text) >= 0)
			return words[i].text;
	return NULL;
}
