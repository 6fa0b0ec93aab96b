/* SPDX-License-Identifier: Apache-2.0 */
/* Command lines of attackers. */

rule powershell_hidden
{
	meta:
		id = "powershell-hidden"
		category = "process"
		tactic = "TA0002"
		needs = "deed"
		text = "a PowerShell command that hides its window"
		on = "python script binary"
	strings:
		$ps = "powershell" nocase
		$hidden = /-w(in|indowstyle)?(\s|['"]\s?,\s?['"]){1,3}(hidden|h|1)\b/ nocase
	condition:
		$ps and for any i in (1..#ps) : ($hidden in (@ps[i]..@ps[i]+250))
}

rule powershell_encoded
{
	meta:
		id = "powershell-encoded"
		category = "process"
		tactic = "TA0002"
		needs = "deed"
		text = "a PowerShell command that hides its words"
		on = "python script binary"
	strings:
		$ps = "powershell" nocase
		$enc = /-e(nc|ncodedcommand|c)?\s{1,3}[A-Za-z0-9+\/=]{40}/ nocase
		$list = /['"]-w(in|indowstyle)?['"]\s?,\s?['"](hidden|h|1)['"][^\]\n]{1,160}['"]-e(c|n|nc|ncodedcommand)?['"]\s?,/ nocase
	condition:
		$ps and for any i in (1..#ps) : (any of ($enc, $list) in (@ps[i]..@ps[i]+250))
}

rule preload
{
	meta:
		id = "preload"
		category = "persistence"
		tactic = "TA0003"
		text = "has a library loaded into every program that is started"
		on = "python"
		quoted = "data"
		context = "install startup import"
	strings:
		$a = /environ\[['"](LD_PRELOAD|DYLD_INSERT_LIBRARIES)['"]\]\s?=/
		$b = /(putenv|setdefault)\(['"](LD_PRELOAD|DYLD_INSERT_LIBRARIES)['"]/
		$c = "/etc/ld.so.preload"
		$d = /(environ\[|putenv\(|setdefault\()\s?['"](JAVA_TOOL_OPTIONS|_JAVA_OPTIONS|JDK_JAVA_OPTIONS)['"]\]?\s?[=,]\s?[^\n]{0,40}-(agentpath|javaagent):/
	condition:
		any of them
}

rule powershell_fetch
{
	meta:
		id = "powershell-fetch"
		category = "process"
		tactic = "TA0011"
		needs = "deed"
		text = "a PowerShell command that fetches and runs"
		on = "python script"
		context = "install startup import call data"
	strings:
		$ps = "powershell" nocase
		$down = "DownloadString(" nocase
		$down2 = "DownloadFile(" nocase
		$iwr = "Invoke-WebRequest" nocase
		$iwr2 = /\biwr\s{1,2}https?:/ nocase
		$irm = /\birm\s{1,2}https?:/ nocase
		$iex = /\biex[\s(]/ nocase
		$start = "Start-Process" nocase
		$invoke = "Invoke-Expression" nocase
		$down3 = "DownloadData(" nocase
		$block = "[ScriptBlock]::Create(" nocase
	condition:
		$ps and any of ($down*, $iwr*, $irm) and any of ($iex, $start, $invoke, $block)
}

rule shell_fetch
{
	meta:
		id = "shell-fetch"
		category = "process"
		tactic = "TA0011"
		needs = "deed"
		text = "code that fetches a script and pipes it into a shell"
		on = "python"
		context = "install startup import"
	strings:
		$run = /(os\.system|os\.popen|subprocess\.[a-zA-Z_]{3,14})\(\s*\[?f?['"][^'"\n]{0,80}(curl|wget)\s[^'"\n]{4,160}\|\s?(sudo )?(ba|z)?sh/
		$run2 = /(os\.system|os\.popen|subprocess\.[a-zA-Z_]{3,14})\(\s*\[?f?['"][^'"\n]{0,80}(curl|wget)\s[^'"\n]{4,160}(&&|;)\s?(chmod|\.\/|python|sh )/
	condition:
		any of them
}

rule reverse_shell_line
{
	meta:
		id = "reverse-shell-line"
		category = "remote-control"
		tactic = "TA0011"
		needs = "deed"
		text = "a one-line reverse shell"
		on = "python script text"
		context = "install startup import call"
	strings:
		$a = /bash -i\s{0,2}[>&]{1,2}\s{0,2}\/dev\/tcp\//
		$b = /\b(nc|ncat|netcat)\s[^\n'"]{0,40}-e\s{1,2}\/bin\/(ba)?sh/
		$c = /\/dev\/tcp\/[0-9a-z.-]{4,60}\/[0-9]{2,5}/
		$d = /rm \/tmp\/f;\s?mkfifo \/tmp\/f/
		$awk = /\/inet\/tcp\/0\/[0-9a-z.-]{4,60}\/[0-9]{2,5}[^\n]{0,120}getline/
		$perl = /\buse (Socket|IO::Socket)[^\n]{0,300}\b(exec|system)\s{0,2}[({"'\\]{1,3}\/bin\/(ba)?sh/
		$ruby = /TCPSocket\.(open|new)\([^\n]{1,80}\)[^\n]{0,120}(exec|IO\.popen|spawn)/
		$php = /fsockopen\([^\n]{1,80}\)[^\n]{0,80}(exec|shell_exec|system|proc_open|passthru)\(/
		$node = /\bnet\.(Socket\(\)|connect\(|createConnection\()[^\n]{0,300}\.pipe\(\s?[a-z]{1,8}\.stdin\b/
		$lua = /socket\.tcp\(\)[^\n]{0,160}io\.popen\(/
		$e = /socket\.socket\([^)]{0,60}\);\s?s\.connect\(\([^)]{4,60}\)\);\s?os\.dup2\(/
	condition:
		any of them
}

rule windows_fetch_tool
{
	meta:
		id = "windows-fetch-tool"
		category = "process"
		tactic = "TA0011"
		needs = "deed"
		text = "misuses a Windows tool to fetch or start a payload"
		on = "python script"
	strings:
		$a = /certutil(\.exe)?\s{1,2}-urlcache/ nocase
		$b = /bitsadmin(\.exe)?\s{1,2}\/transfer/ nocase
		$c = /mshta(\.exe)?\s{1,2}(https?:|vbscript:|javascript:)/ nocase
		$d = /regsvr32(\.exe)?\s[^\n]{0,40}\/i:https?:/ nocase
		$e = /msiexec(\.exe)?\s{1,2}\/(i|q)[^\n]{0,10}https?:/ nocase
	condition:
		any of them
}

rule rundll_start
{
	meta:
		id = "rundll-start"
		category = "process"
		tactic = "TA0005"
		needs = "deed"
		text = "starts a library through rundll32"
		on = "python"
	strings:
		$a = /rundll32(\.exe)?\s{1,3}[^\n'"]{1,80},\s?[A-Za-z]{3}/ nocase
		$b = "rundll32" nocase
		$run = /subprocess\.(run|Popen|call)|os\.(system|popen)/
		$shell = /shell\s?=\s?True/
		$url = /url\.dll,\s?FileProtocolHandler/ nocase
	condition:
		($a or $b) and $run and ($shell or $a) and not $url
}

rule defender_off
{
	meta:
		id = "defender-off"
		category = "defence-evasion"
		tactic = "TA0005"
		needs = "deed"
		text = "switches the virus scanner off"
		on = "python script binary"
	strings:
		$a = /Set-MpPreference\s[^\n]{0,80}-Disable/ nocase
		$b = /Add-MpPreference\s[^\n]{0,40}-Exclusion(Path|Extension|Process)/ nocase
		$c = /netsh\s[^\n]{0,40}advfirewall\s[^\n]{0,40}state\s{1,2}off/ nocase
		$d = /MpCmdRun(\.exe)?"?\s[^\n]{0,20}-RemoveDefinitions/ nocase
		$e = /DisableAntiSpyware/
	condition:
		any of them
}

rule destroy_backups
{
	meta:
		id = "destroy-backups"
		category = "impact"
		tactic = "TA0040"
		needs = "deed"
		text = "destroys backups or the whole system"
		on = "python script binary"
		context = "install startup import call data"
	strings:
		$a = /vssadmin(\.exe)?\s{1,2}delete\s{1,2}shadows/ nocase
		$b = /wmic\s{1,2}shadowcopy\s{1,2}delete/ nocase
		$c = /bcdedit\s[^\n]{0,40}recoveryenabled\s{1,2}no/ nocase
		$d = /rm\s{1,2}-rf\s{1,2}(--no-preserve-root\s{1,2})?\/(\*)?['"\s;]/
		$e = /shutil\.rmtree\(\s*['"](\/|C:\\\\?)['"]/
	condition:
		any of them
}

rule run_key
{
	meta:
		id = "run-key"
		category = "persistence"
		tactic = "TA0003"
		needs = "deed"
		text = "plants itself in the Windows registry to be started again"
		on = "python script binary"
	strings:
		$key = /Software\\{1,2}Microsoft\\{1,2}Windows\\{1,2}CurrentVersion\\{1,2}Run(Once)?['"\\ ]/ nocase
		$set = "SetValueEx"
		$reg = /reg\s{1,2}add/ nocase
	condition:
		$key and any of ($set, $reg)
}

rule startup_folder
{
	meta:
		id = "startup-folder"
		category = "persistence"
		tactic = "TA0003"
		needs = "deed"
		text = "puts a file into the Windows start-up folder"
		on = "python script"
	strings:
		$a = /Start Menu\\{1,2}Programs\\{1,2}Startup/ nocase
		$b = /Start Menu\/Programs\/Startup/ nocase
		$copy = /[.=(,:;\n]\s{0,60}(copy|copyfile|copy2|move|rename)\(/
		$write = /open\([^\n]{1,120}['"]wb?\+?['"]/
	condition:
		any of ($a, $b) and any of ($copy, $write)
}

rule unix_persistence
{
	meta:
		id = "unix-persistence"
		category = "persistence"
		tactic = "TA0003"
		needs = "deed"
		text = "plants itself in cron, systemd, a shell profile or launchd"
		on = "python script"
		context = "install startup import"
	strings:
		$cron = /\(crontab -l[^\n]{0,60}\|\s?crontab/
		$cron2 = /crontab\s{1,2}-['"\n ]/
		$unit = /\/etc\/systemd\/system\/[a-z0-9_.-]{2,40}\.service/
		$user = /\.config\/systemd\/user\/[a-z0-9_.-]{2,40}\.service/
		$enable = /systemctl\s[^\n]{0,24}enable/
		$agent = /Library\/LaunchAgents\/[A-Za-z0-9_.-]{4,60}\.plist/
		$load = /launchctl\s{1,2}(load|bootstrap)/
		$rc = /open\([^\n]{0,60}\.(bashrc|zshrc|profile)['"][^\n]{0,10}['"]a/
	condition:
		$cron or $cron2 or ($unit and $enable) or ($user and $enable) or ($agent and $load) or $rc
}

rule build_shell_fetch
{
	meta:
		id = "build-shell-fetch"
		category = "process"
		tactic = "TA0011"
		text = "a build file that pipes a fetched page into a shell"
		on = "text script"
		context = "install call data"
	strings:
		$run1 = /execute_process\s{0,2}\(/ nocase
		$run2 = "run_command("
		$run3 = "Command::new("
		$run4 = "$(shell "
		$run5 = "add_custom_command("
		$pipe = /(curl|wget)\s[^\n]{4,200}\|\s{0,2}(sudo )?(ba|z|da)?sh\b/
		$pipe2 = /(curl|wget)\s[^\n]{4,200}(&&|;)\s{0,2}(chmod|\.\/|python)/
		$enc = /base64 (-d|--decode)[^\n]{0,40}\|\s{0,2}(ba|z)?sh\b/
		$ps = /powershell[^\n]{0,60}(-enc|iex|DownloadString|hidden)/ nocase
		$tcp = "/dev/tcp/"
	condition:
		any of ($run*) and any of ($pipe*, $enc, $ps, $tcp)
}

rule shell_socket
{
	meta:
		id = "shell-socket"
		category = "remote-control"
		tactic = "TA0011"
		needs = "deed"
		text = "a shell whose input and output are tied to a connection"
		on = "python"
	strings:
		$pipe = /stdin\s?=\s?(subprocess\.)?PIPE/
		$shell = /Popen\(\s*\[?\s*f?['"](cmd|cmd\.exe|\/bin\/(ba|z)?sh|(ba|z)?sh|powershell|powershell\.exe)['" ]/
		$recv = ".recv("
		$conn = ".connect("
		$send = /\.send(all)?\(/
	condition:
		all of them
}

rule chat_shell
{
	meta:
		id = "chat-shell"
		called = "back"
		category = "remote-control"
		tactic = "TA0011"
		needs = "deed"
		text = "runs what a chat message says"
		on = "python"
	strings:
		$bot1 = /discord\.Client|commands\.Bot\(|telebot\.TeleBot\(|Updater\(|slack_bolt|ApplicationBuilder\(/
		$run = /(subprocess\.(run|Popen|call|check_output|getoutput)|os\.(system|popen))\(\s*(ctx|m|msg|message|update|event|command|cmd|args|arg|text)\b/
		$own_env = /(TeleBot|Bot|Updater|run|token)\(\s?(token\s?=\s?)?(os\.)?(environ|getenv)[\[(.get]{1,6}['"]\w{3,40}['"]\]?\)?\)/
		$own_name = /[Tt](oken|OKEN)\s?=\s?((os\.)?(environ|getenv)[\[(.get]{1,6}['"]\w{3,40}['"][\])]|input\(|getpass\.)/
		$own_file = /(conf|config|cfg|settings|args|options)(\.|\[['"])(\w{1,20}_)?[Tt](oken|OKEN)/
		$read = /input\(|json\.load\(open\(|safe_load\(|tomllib\.load|configparser\.|ArgumentParser|load_dotenv\(|BaseSettings/
		$key = /(TeleBot|run|token)\(\s?['"]|[Tt](oken|OKEN)\s?=\s?['"]\w{5}|:AA[A-Za-z0-9_-]{30}/
	condition:
		$bot1 and $run and not (not $key and ($own_env or $own_name or $own_file and $read))
}

rule chat_shell_own
{
	meta:
		id = "chat-shell-own"
		called = "back"
		category = "remote-control"
		tactic = "TA0011"
		needs = "deed"
		text = "runs what a chat message says, for the owner of a bot whose key its user gives"
		on = "python"
	strings:
		$bot1 = /discord\.Client|commands\.Bot\(|telebot\.TeleBot\(|Updater\(|slack_bolt|ApplicationBuilder\(/
		$run = /(subprocess\.(run|Popen|call|check_output|getoutput)|os\.(system|popen))\(\s*(ctx|m|msg|message|update|event|command|cmd|args|arg|text)\b/
		$own_env = /(TeleBot|Bot|Updater|run|token)\(\s?(token\s?=\s?)?(os\.)?(environ|getenv)[\[(.get]{1,6}['"]\w{3,40}['"]\]?\)?\)/
		$own_name = /[Tt](oken|OKEN)\s?=\s?((os\.)?(environ|getenv)[\[(.get]{1,6}['"]\w{3,40}['"][\])]|input\(|getpass\.)/
		$own_file = /(conf|config|cfg|settings|args|options)(\.|\[['"])(\w{1,20}_)?[Tt](oken|OKEN)/
		$read = /input\(|json\.load\(open\(|safe_load\(|tomllib\.load|configparser\.|ArgumentParser|load_dotenv\(|BaseSettings/
		$key = /(TeleBot|run|token)\(\s?['"]|[Tt](oken|OKEN)\s?=\s?['"]\w{5}|:AA[A-Za-z0-9_-]{30}/
	condition:
		$bot1 and $run and not $key and ($own_env or $own_name or $own_file and $read)
}
