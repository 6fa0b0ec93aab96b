/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration that acts later, and what is put into other programs. */

rule ci_secrets
{
	meta:
		id = "ci-secrets"
		category = "credential-theft"
		tactic = "TA0006"
		text = "a workflow that sends all secrets of a CI service away"
		on = "python script text"
	strings:
		$all = /toJSON\(\s?secrets\s?\)/ nocase
		$net = /\b(curl|wget|Invoke-WebRequest|Invoke-RestMethod|nc)\s/
	condition:
		for any i in (1..#all) : ($net in (@all[i] - 300..@all[i] + 300))
}

rule ci_secrets_code
{
	meta:
		id = "ci-secrets-planted"
		category = "credential-theft"
		tactic = "TA0006"
		text = "code that plants a workflow which reads all secrets of a CI service"
		on = "python"
	strings:
		$all = /toJSON\(\s?secrets\s?\)/ nocase
		$steps = "run:"
		$put = /workflows|\/contents\/|write_text\(|open\(/
	condition:
		all of them
}

rule folder_task
{
	meta:
		id = "folder-task"
		category = "persistence"
		tactic = "TA0003"
		text = "an editor's task that fetches or decodes what it runs as soon as a folder is opened"
		on = "python script text"
	strings:
		$open = /['"]?runOn['"]?\s?:\s?['"]folderOpen/
		$run = /(curl|wget)\s[^\n]{4,160}(\||&&|;)\s{0,2}(sudo\s)?(ba|z|da)?sh\b|powershell[^\n]{0,80}(iex|irm|iwr|-enc|hidden)|base64\s{1,2}(-d|--decode)|node\s{1,2}-e\s|python3?\s{1,2}-c\s|\/dev\/tcp\//
	condition:
		for any i in (1..#open) : ($run in (@open[i] - 500..@open[i] + 500))
}

rule planted_hook
{
	meta:
		id = "planted-hook"
		category = "persistence"
		tactic = "TA0003"
		needs = "deed"
		text = "puts a script that fetches and runs, or sends something away, where a tool runs it"
		on = "python"
	strings:
		$script = /#!\/(usr\/)?bin\/(env )?(ba|z|da)?sh(\\n|\r?\n)[^"']{0,200}(curl|wget)\s[^"'\n]{4,160}\|\s{0,2}(ba|z|da)?sh\b/
		$sends = /#!\/(usr\/)?bin\/(env )?(ba|z|da)?sh(\\n|\r?\n)[^"']{0,200}curl\s[^"'\n]{0,60}(-F|-d|-T|--data|--data-binary|--upload-file)[\s=][^"'\n]{0,80}https?:\/\//
		$hook = /hooks['"\/, ]{1,6}|post-(checkout|merge|commit|rewrite)|pre-(commit|push)|cron\.(hourly|daily)|profile\.d/
	condition:
		$hook and ($script or $sends)
}

rule index_replaced
{
	meta:
		id = "index-replaced"
		category = "persistence"
		tactic = "TA0003"
		text = "makes an installer take packages from another index from now on"
		on = "python script"
		context = "install startup import"
	strings:
		$file = /['"\/\\]\.?(pip\.conf|pip\.ini|pydistutils\.cfg|uv\.toml|\.condarc|\.npmrc)['"]/
		$key = /(extra-)?index[-_]url|trusted[-_]host|default_channels|registry\s?=\s?https?:/
		$url = /https?:\/\/[a-z0-9]/
		$write = /open\([^\n]{1,80}['"][wa]t?\+?['"]|write_text\(/
		$set = /\bconfig['", ]{1,6}\s?['"]?(--(user|global|site)['", ]{1,6}\s?['"]?)?set['", ]{1,6}\s?['"]?global\.(extra-)?index-url/
	condition:
		($file and $key and $url and $write) or ($set and $url)
}

rule requirement_planted
{
	meta:
		id = "requirement-planted"
		category = "persistence"
		tactic = "TA0003"
		text = "writes a requirement by an address of its own into somebody's project"
		on = "python"
	strings:
		$file = /['"\/](pyproject\.toml|requirements\.txt|setup\.cfg|Pipfile)['"]/
		$any = /['"][A-Za-z0-9._-]{2,40}\s?@\s?(git\+)?https?:\/\/[a-z0-9.-]{4,60}\/[^'"\n]{0,120}(\.whl|\.tar\.gz|\.zip|\.git)[^'"\n]{0,60}['"]/
		$forge = /['"][A-Za-z0-9._-]{2,40}\s?@\s?(git\+)?https?:\/\/((codeload\.|www\.)?github\.com|gitlab\.com|bitbucket\.org|codeberg\.org|files\.pythonhosted\.org)\/[^'"\n]{0,120}(\.whl|\.tar\.gz|\.zip|\.git)/
		$write = /open\([^\n]{1,80}['"](w|a|r\+)[bt]?\+?['"]|\.open\(['"](w|a)|write_text\(/
		$key = /['"](requires|dependencies|install_requires)['"]/
	condition:
		$file and $key and $write and for any i in (1..#any) : (not $forge in (@any[i]..@any[i]))
}

rule source_planted
{
	meta:
		id = "source-planted"
		category = "persistence"
		tactic = "TA0003"
		text = "makes somebody's project take packages from another index first"
		on = "python"
	strings:
		$any = /\[\[tool\.(poetry\.source|uv\.index|pdm\.source)\]\][^\[\]]{0,160}url\s?=\s?\\?['"]https?:\/\/[a-z0-9]/
		$own = /\[\[tool\.(poetry\.source|uv\.index|pdm\.source)\]\][^\[\]]{0,160}url\s?=\s?\\?['"]https?:\/\/((test|upload)\.)?pypi\.org\//
		$first = /priority\s?=\s?\\?['"](primary|default)|\bdefault\s?=\s?true/
		$write = /open\([^\n]{1,80}['"](w|a|r\+)[bt]?\+?['"]|\.open\(['"](w|a)|write_text\(/
	condition:
		$first and $write and for any i in (1..#any) : (not $own in (@any[i]..@any[i]))
}

rule password_shadow
{
	meta:
		id = "password-shadow"
		category = "credential-theft"
		tactic = "TA0006"
		text = "a shell function in place of a command that asks for passwords"
		on = "python script text"
	strings:
		$fn = /\b(sudo|ssh|doas|gpg|passwd)\s?\(\)\s{0,2}\{[^}]{0,120}\bread\s{1,2}-/
		$alias = /alias\s{1,2}(sudo|ssh|doas)=['"\\]{1,2}[^\n]{0,120}(curl|wget|\/tmp\/|tee\s|read\s{1,2}-)/
	condition:
		any of them
}

rule planted_key
{
	meta:
		id = "planted-key"
		category = "persistence"
		tactic = "TA0003"
		text = "lets the owner of a key in the code log in"
		on = "python script"
	strings:
		$file = "authorized_keys"
		$key = /(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp[0-9]{3})\s{1,2}AAAA[A-Za-z0-9+\/]{20}/
		$write = /open\([^\n]{1,80}['"][wa]t?\+?['"]|write_text\(|>>\s{0,2}["']?(~|\$HOME|\/root)/
	condition:
		all of them
}

rule extension_loaded
{
	meta:
		id = "extension-loaded"
		category = "persistence"
		tactic = "TA0003"
		text = "makes shortcuts start a browser with an extension of its own"
		on = "python script"
	strings:
		$flag = "--load-extension"
		$link = /\.lnk\b|CreateShortcut|IShellLink/ nocase
		$set = /Arguments\s?=|TargetPath|SetArguments/
	condition:
		all of them
}

rule program_patched
{
	meta:
		id = "program-patched"
		category = "impersonation"
		tactic = "TA0003"
		text = "writes its own code into an installed program that handles tokens or coins"
		on = "python script"
	strings:
		$part1 = "discord_desktop_core"
		$part2 = /(exodus|atomic|ledger live|trezor suite|metamask|electrum)[^\n]{0,80}app\.asar/ nocase
		$write = /open\([^\n]{1,80}['"](w|wb|a|r\+b?)['"]|write_(text|bytes)\(|writeFile(Sync)?\(|shutil\.(copy|copyfile|copy2|move)\(/
		$for = /https?:\/\/|inject|webhook/ nocase
	condition:
		any of ($part*) and $write and $for
}

rule program_replaced
{
	meta:
		id = "program-replaced"
		category = "impersonation"
		tactic = "TA0003"
		text = "replaces an installed program with one that it fetches"
		on = "python script"
	strings:
		$fetch = /\b(curl|wget)\s/
		$away = /(rm\s{1,2}-rf?|mv)\s{1,2}\\?['"]?\/Applications\/[^\n\/]{2,60}\.app/
		$put = /(ditto|unzip|cp\s{1,2}-[Ra]|tar\s{1,2}-?x|mv)[^\n]{1,80}\/Applications/
	condition:
		all of them
}

rule osascript_stage
{
	meta:
		id = "osascript-stage"
		category = "script-stage"
		tactic = "TA0002"
		text = "has AppleScript fetch or decode what a shell runs"
		on = "python script"
	strings:
		$osa = "osascript"
		$tell = "tell application"
		$do = /do shell script\s{1,2}\\?["'][^\n]{0,200}((curl|wget)\s[^\n]{4,200}(\||&&|;)|base64\s{1,2}-[dD]|\/dev\/tcp\/)/
		$js = /doShellScript\(\s?\\?["'`][^\n]{0,200}((curl|wget)\s[^\n]{4,200}(\||&&|;)|base64\s{1,2}-[dD]|\/dev\/tcp\/)/
		$file = /set [A-Za-z_]{1,20} to "https?:/
		$url = /\bstringWithContentsOfURL[A-Za-z]{0,40}\(|\bdataWithContentsOfURL\(/
		$code = /\b(eval|Function)\(\s?[A-Za-z_$][A-Za-z0-9_$.]{0,30}\s?\)/
		$eval = /\beval\(\s?[A-Za-z_.]{0,40}doShellScript\(\s?\\?["'`](curl|wget)\s/
	condition:
		(any of ($osa, $tell, $file) and any of ($do, $js)) or $eval or ($url and $code)
}

rule shell_decoded
{
	meta:
		id = "shell-decoded"
		category = "script-stage"
		tactic = "TA0005"
		text = "a shell line that decodes a text in itself and runs it"
		on = "python script text"
	strings:
		$pipe = /(echo|printf)\s[^\n|]{0,24}[A-Za-z0-9+\/]{40,600}={0,2}\\?['"]?\s{0,2}\|\s{0,2}base64\s{1,2}(-d|-D|--decode)\s{0,2}(2>\/dev\/null\s{0,2})?\|\s{0,2}(sudo\s)?(\/bin\/)?((ba|z|da)?sh|python3?|perl|node)\b/
		$xxd = /(echo|printf)\s[^\n|]{0,24}[0-9a-fA-F]{40,600}\\?['"]?\s{0,2}\|\s{0,2}xxd\s{1,2}(-r\s{1,2}-p|-rp|-p\s{1,2}-r|-ps?\s{1,2}-r)\s{0,2}\|\s{0,2}(\/bin\/)?((ba|z|da)?sh|python3?|perl|node)\b/
		$var = /\b([A-Za-z_]{1,12})=["']?(\$\(|`)\s{0,2}(echo|printf)\s[^\n|]{0,24}([0-9a-fA-F]{40,600}|[A-Za-z0-9+\/]{40,600}={0,2})['"]?\s{0,2}\|\s{0,2}(xxd\s{1,2}-|base64\s{1,2}-)[^\n]{1,20}[)`]["']?\s{0,2}[;\n]\s{0,2}(\beval|(ba|z|da)?sh\s{1,2}-c)\s{1,2}["']?\$/
		$eval = /\beval\s{1,2}["']?(`|\$\()\s{0,2}(echo|printf)\s[^\n|]{0,24}[A-Za-z0-9+\/]{40,600}={0,2}['"]?\s{0,2}\|\s{0,2}base64\s{1,2}(-d|-D|--decode)/
	condition:
		any of them
}

rule shell_silent
{
	meta:
		id = "shell-silent"
		category = "download-exec"
		tactic = "TA0011"
		text = "a shell line that fetches and runs in the background, and says nothing"
		on = "python script"
	strings:
		$pipe = /(curl|wget)\s[^\n]{4,240}\|\s{0,3}((ba|z|da)?sh|python3?|perl|node)\s{0,2}(-\s{0,2})?[;)}]{0,2}\s{0,2}(&>|>)\s{0,2}\/dev\/null\s{0,2}(2>&1)?\s{0,2}&['"\s]/
		$then = /(curl|wget)\s[^\n]{4,240}(&&|;)\s{0,3}(nohup\s)?((ba|z|da)?sh|python3?|perl|node|chmod|\.|\/tmp|\/var\/tmp|\/dev\/shm)[\s\/][^\n]{2,120}(&>|>)\s{0,2}\/dev\/null\s{0,2}(2>&1)?\s{0,2}&['"\s]/
		$nohup = /nohup\s[^\n]{0,20}(curl|wget)\s[^\n]{4,200}\|\s{0,3}(ba|z|da)?sh\b[^\n]{0,40}&['"\s]/
	condition:
		any of them
}

rule page_steals
{
	meta:
		id = "page-steals"
		category = "exfiltration"
		tactic = "TA0010"
		text = "a page's script that sends cookies or keys to a fixed address"
		on = "python script text"
	strings:
		$beacon = /sendBeacon\(\s?['"`]https?:[^\n]{0,200}(document\.cookie|localStorage)/
		$fetch = /fetch\(\s?['"`]https?:[^\n]{0,240}(document\.cookie|JSON\.stringify\(\s?localStorage)/
		$image = /new Image\(\)[^\n]{0,40}\.src\s?=\s?['"`]https?:[^\n]{0,120}document\.cookie/
	condition:
		any of them
}

rule page_swaps
{
	meta:
		id = "page-swaps"
		category = "credential-theft"
		tactic = "TA0009"
		text = "a script that swaps addresses of coins in the clipboard"
		on = "script text"
	strings:
		$read = "clipboard.readText("
		$write = "clipboard.writeText("
		$coin = /0x\[a-f[^\n]{0,12}\]\{40\}|bc1|T\[A-Za-z1-9\]|\[13\]\[a-km-z/ nocase
		$loop = /setInterval\(|setTimeout\(|addEventListener\(\s?['"`](copy|paste)/
	condition:
		all of them
}

rule app_listens
{
	meta:
		id = "app-listens"
		category = "credential-theft"
		tactic = "TA0006"
		text = "code for a desktop program that sends on what its user logs in with"
		on = "python script text"
	strings:
		$web = /webRequest\.on(Completed|BeforeRequest|BeforeSendHeaders|SendHeaders|HeadersReceived)\(/
		$body = "uploadData"
		$electron = /require\(\s?['"]electron['"]\s?\)|session\.defaultSession|BrowserWindow/
		$post = /method\s?:\s?['"`]POST/
	condition:
		all of them
}

rule node_evals
{
	meta:
		id = "node-evals"
		category = "script-stage"
		tactic = "TA0002"
		text = "JavaScript that evaluates what it fetches"
		on = "python script"
	strings:
		$get = /require\(\s?\\?['"`](node:)?https?\\?['"`]\s?\)/
		$end = /\.on\(\s?\\?['"`]end\\?['"`]/
		$eval = /\b(eval|new Function|vm\.run[A-Za-z]{4,20}|_compile)\(\s?([a-z_$]{1,12}\s?[),.]|Buffer\.from|atob)/
		$data = /\bimport\(\s?\\?['"`]data:(text|application)\/(javascript|ecmascript)[^\n]{0,40}['"`]\s?\+[^\n]{0,60}\bfetch\(/
		$then = /\bfetch\(\s?\\?['"`]https?:[^\n]{4,160}\.then\([^\n]{0,60}\.text\(\)[^\n]{0,40}\.then\(\s?\(?(eval|[a-z]{1,8}\)?\s?=>\s?(\(0,\s?eval\)|eval|new Function)\()/
	condition:
		$then or $data or ($get and for any i in (1..#end) : ($eval in (@end[i] .. @end[i] + 200)))
}

rule powershell_drop
{
	meta:
		id = "powershell-drop"
		category = "script-stage"
		tactic = "TA0011"
		needs = "deed"
		text = "a PowerShell without a window that fetches what it starts"
		on = "python"
	strings:
		$ps = /powershell|pwsh/ nocase
		$hidden = /-w(in|indowstyle)?(\s|['"]\s?,\s?['"]){1,3}(hidden|h|1)\b/ nocase
		$get = /\.DownloadFile\(|\.DownloadString\(|\.DownloadData\(|Invoke-WebRequest|Invoke-RestMethod|\birm\s{1,2}['"]?https?:|\biwr\s{1,2}['"]?https?:/ nocase
		$go = /Start-Process|Invoke-Expression|\biex['"\s(]|Invoke-Item|rundll32/ nocase
	condition:
		all of them
}

rule assistant_server
{
	meta:
		id = "assistant-server"
		category = "prompt"
		tactic = "TA0003"
		text = "has an assistant start a server that fetches what it runs"
		on = "python script text"
	strings:
		$key = /mcpServers|mcp_servers|context_servers/
		$args = /['"]args['"]\s?:\s?\[[^\]]{0,80}((curl|wget)\s[^\]]{4,160}\|\s{0,2}(ba|z)?sh\b|base64\s{1,2}-[dD]|\b(iex|irm)\s)/
	condition:
		all of them
}

rule index_passed
{
	meta:
		id = "index-passed"
		category = "process"
		tactic = "TA0002"
		needs = "deed"
		text = "installs a package from another index that it trusts unseen"
		on = "python"
	strings:
		$pip = /['"]pip3?['"]\s?,\s?['"]install['"]|pip3? install\s/
		$index = /--(extra-)?index-url(['"]\s?,\s?f?['"]|[ =])https?:\/\/[a-z0-9]/
		$trust = /--trusted-host(['"]\s?,\s?f?['"]|[ =])[a-z0-9]/
	condition:
		all of them
}

rule git_setting
{
	meta:
		id = "git-setting"
		category = "persistence"
		tactic = "TA0003"
		text = "makes git run commands of its own from now on"
		on = "python script"
	strings:
		$a = /git['", ]{1,6}config['", ]{1,6}--(global|system)['", ]{1,6}(alias\.[a-z]{1,12}|core\.(sshCommand|pager|editor|fsmonitor)|credential\.helper)['", ]{1,6}!?[^\n]{0,20}(curl|wget|\/tmp\/|base64|python3? -c)/
		$b = /git['", ]{1,6}config['", ]{1,6}--(global|system)['", ]{1,6}core\.hooksPath['", ]{1,6}(\/tmp\/|\/var\/tmp\/|\/dev\/shm\/)/
		$file = ".gitconfig"
		$line = /(sshCommand|fsmonitor|pager|editor|gitProxy|askPass|textconv)\s?=\s?[^\n]{0,60}\b(curl|wget|base64)\s|(sshCommand|fsmonitor)\s?=\s?[^\n]{0,60}\/dev\/tcp\//
	condition:
		$a or $b or ($file and $line)
}

rule git_runs_written
{
	meta:
		id = "git-runs-written"
		category = "persistence"
		tactic = "TA0003"
		text = "makes git run a script that it has written from now on"
		on = "python script"
	strings:
		$set = /git['", ]{1,6}config['", ]{1,6}--(global|system)['", ]{1,6}(core\.(fsmonitor|sshCommand|pager|editor|askPass|gitProxy|hooksPath)|sequence\.editor|credential\.helper|init\.templateDir|diff\.external|gpg\.program)/
		$file = /#!\/(usr\/bin\/env |bin\/)(ba|z|da)?sh\b|#!\/usr\/bin\/env python/
		$get = /(curl|wget)\s{1,2}-|\/dev\/tcp\/|base64\s{1,2}(-d|--decode)|urlopen\(/
		$mode = /chmod\(|chmod\s{1,2}\+x|0o7[0-7]{2}/
	condition:
		all of them
}

rule git_push_login
{
	meta:
		id = "git-push-login"
		category = "exfiltration"
		tactic = "TA0010"
		text = "pushes to a repository with a login that stands in the code"
		on = "python script"
	strings:
		$login = /https:\/\/[A-Za-z0-9_-]{1,40}:[A-Za-z0-9_-]{16,255}@[a-z0-9.-]{4,60}\/|https:\/\/(ghp_|gho_|github_pat_|glpat-)[A-Za-z0-9_-]{16,255}@/
		$push = /\bgit\s[^\n]{0,60}\bpush\b|['"]push['"]|\.push\(/
		$take = /\.ssh\b|\.aws\b|\.npmrc|\.pypirc|\.env\b|environ|\.git-credentials|\.kube\b|copy(2|file|tree)?\(|wallet|Cookies|Login Data/
	condition:
		all of them
}

rule git_hook_planted
{
	meta:
		id = "git-hook-planted"
		category = "persistence"
		tactic = "TA0003"
		text = "puts a script that fetches and runs, or sends something away, among git's hooks"
		on = "python"
	strings:
		$script = /#!\/(usr\/)?bin\/(env )?(ba|z|da)?sh(\\n|\r?\n)[^"']{0,300}(curl|wget)\s[^"'\n]{4,160}\|\s{0,2}(ba|z|da)?sh\b/
		$sends = /#!\/(usr\/)?bin\/(env )?(ba|z|da)?sh(\\n|\r?\n)[^"']{0,300}curl\s[^"'\n]{0,60}(-F|-d|-T|--data|--data-binary|--upload-file)[\s=][^"'\n]{0,80}https?:\/\//
		$hook = /\.git['"\/, ]{1,6}hooks|\.git-templates|init\.templateDir/
	condition:
		$hook and ($script or $sends)
}

rule client_redirected
{
	meta:
		id = "client-redirected"
		category = "credential-theft"
		tactic = "TA0006"
		text = "sends clients of AI services to another host, with their keys"
		on = "python"
		context = "install startup import"
	strings:
		$set = /os\.(environ\[|environ\.setdefault\(|putenv\()\s?['"](OPENAI|ANTHROPIC|GEMINI|COHERE|MISTRAL|GROQ|DEEPSEEK)_(BASE_URL|API_BASE|API_URL|BASE)['"]\s?(\]\s?=|,)\s?['"]https?:\/\//
		$own = /_(BASE_URL|API_BASE|API_URL|BASE)['"]\s?(\]\s?=|,)\s?['"]https?:\/\/(localhost|127\.|0\.0\.0\.0|10\.|192\.168\.|[a-z0-9.-]{0,40}\b(openai|anthropic|googleapis|google|cohere|mistral|groq|deepseek|openrouter|azure|together|x)\.(com|ai|azure\.com|xyz)[\/'":])/
	condition:
		$set and not $own
}

rule shell_address
{
	meta:
		id = "shell-address"
		category = "script-stage"
		tactic = "TA0005"
		text = "a shell script that hides the address that it fetches from"
		on = "script"
	strings:
		$var = /[A-Za-z_]{1,20}=["']?(\$\(|`)\s?(echo|printf)\s[^\n|]{0,12}(aHR0c|d3d3|Y3VybC|Oi8v)[A-Za-z0-9+\/]{8,200}={0,2}["']?\s?\|\s?base64\s{1,2}(-d|-D|--decode)/
		$get = /\b(curl|wget|fetch)\s/
	condition:
		all of them
}

rule windows_remote_script
{
	meta:
		id = "windows-remote-script"
		category = "download-exec"
		tactic = "TA0005"
		needs = "deed"
		text = "has a tool of Windows run a script from afar"
		on = "python script"
	strings:
		$a = /mshta(\.exe)?['", ]{1,6}(https?:|vbscript:|javascript:)/ nocase
		$b = /regsvr32(\.exe)?['", ][^\n]{0,40}\/i:https?:/ nocase
		$c = /rundll32(\.exe)?['", ][^\n]{0,40}(javascript:|\\\\\\?\\?[0-9a-z.-]{4,60}\\)/ nocase
	condition:
		any of them
}

rule batch_written
{
	meta:
		id = "batch-written"
		category = "script-stage"
		tactic = "TA0011"
		needs = "deed"
		text = "writes a batch file that fetches a program and starts it"
		on = "python"
	strings:
		$echo = /@echo\s{1,2}off/ nocase
		$get = /(\\n|\b)curl(\.exe)?\s[^\n]{0,200}(-o|--output)\s|certutil(\.exe)?\s[^\n]{0,40}-(urlcache|decode)|bitsadmin(\.exe)?\s{1,2}\/transfer|powershell(\.exe)?\s[^\n]{0,240}(DownloadFile|DownloadString|Invoke-WebRequest|\biwr|\birm)\b/ nocase
		$place = /%(temp|tmp|appdata|localappdata|public|programdata)%/ nocase
		$start = /(\\n|\b)start\s[^\n]{0,40}%(temp|tmp|appdata|localappdata|public|programdata)%|(\\n|\n)\s{0,4}(call\s{1,2})?"?%(temp|tmp|appdata|localappdata|public|programdata)%\\/ nocase
	condition:
		all of them
}

rule recipe_silent
{
	meta:
		id = "recipe-silent"
		category = "download-exec"
		tactic = "TA0011"
		text = "a rule of make that fetches and runs, and says nothing"
		on = "text script"
	strings:
		$a = /\n\t[@-]{1,2}(curl|wget)\s[^\n]{4,200}\|\s{0,2}(ba|z|da)?sh\b[^\n]{0,20}(&>|>)\s?\/dev\/null/
	condition:
		any of them
}

rule log_settings_call
{
	meta:
		id = "log-settings-call"
		category = "dynamic-exec"
		tactic = "TA0002"
		text = "settings of logs that have a program started or code executed when they are read"
		on = "python script text"
	strings:
		$made = /['"]\(\)['"]\s?:\s?['"](ext:\/\/)?(subprocess\.(Popen|run|call|check_call|check_output|getoutput)|os\.(system|popen|exec[lv]p?e?|spawn[lv]p?e?)|builtins\.(exec|eval)|runpy\.run_[a-z]{4,6}|pty\.spawn|code\.InteractiveInterpreter)['"]/
		$args = /\n(args|class|kwargs)\s?=[^\n]{0,80}(__import__\s?\(|\bexec\(|\beval\(|\bos\.(system|popen)\(|subprocess\.)/
		$handler = "[handler"
		$logger = "[logger"
		$formatter = "[formatter"
	condition:
		$made or ($args and any of ($handler, $logger, $formatter))
}
