/* SPDX-License-Identifier: Apache-2.0 */
/* Second stages in other languages: shell, batch, PowerShell, VBScript,
 * JavaScript.  A script counts when the module does that starts it. */

rule shell_stage
{
	meta:
		id = "shell-stage"
		category = "script-stage"
		tactic = "TA0011"
		text = "a shell script that fetches a program and runs it"
		on = "script"
	strings:
		$pipe = /(curl|wget|fetch)\s[^\n|]{4,300}\|\s{0,3}(sudo\s{1,2})?(env\s{1,2})?(\/bin\/)?(ba|z|da|k)?sh\b/
		$pipe2 = /(curl|wget)\s[^\n|]{4,300}\|\s{0,3}(sudo\s{1,2})?(python|perl|node|php|ruby)[0-9.]{0,4}\b/
		$subst = /(\beval|\b(ba|z)?sh\s{1,2}-c|\bsource|\s\.)\s{1,2}"?(\$\(|<\(|`)\s{0,2}(curl|wget)\s/
		$decode = /base64\s{1,2}(-d|-D|--decode)[^\n]{0,60}\|\s{0,3}(sudo\s{1,2})?(\/bin\/)?((ba|z|da)?sh|python[0-9.]{0,4}|perl|gunzip)\b/
		$group = /(curl|wget)\s[^\n|]{4,300}(\|\|[^\n|]{4,300})?[;)]\s{0,2}[})][^\n|]{0,40}\|\s{0,3}(sudo\s{1,2})?(\/bin\/)?(ba|z|da|k)?sh\b/
		$xxd = /xxd\s{1,2}-r[^\n]{0,40}\|\s{0,3}(ba|z|da)?sh\b/
		$get = /\b(curl|wget)\s[^\n]{0,200}(-o|-O|--output|>)\s{0,2}["']?(\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\$HOME\/\.|~\/\.|\$\{?TMPDIR|\.\/?\.)[^\s"';&|]{1,60}/
		$chmod = /chmod\s{1,2}(\+x|a\+x|u\+x|[0-7]?7[0-7]{2})\s/
		$tmprun = /(nohup|setsid|&&|;|\n)\s{0,3}["']?(\/tmp\/|\/var\/tmp\/|\/dev\/shm\/|\$HOME\/\.|~\/\.)[^\s"';&|]{1,60}/
	condition:
		any of ($pipe*, $subst, $decode, $group, $xxd) or ($get and $chmod and $tmprun)
}

rule shell_exfiltration
{
	meta:
		id = "shell-exfil"
		category = "exfiltration"
		tactic = "TA0010"
		text = "a script that sends secrets or facts of the machine away"
		on = "script"
	strings:
		$send1 = /\bcurl\s[^\n]{0,200}(-d|-F|-T|--data(-binary|-raw|-urlencode)?|--form|--upload-file)[= ]{1,2}[^\n]{0,20}(\$\((env|printenv|set|cat|whoami|id|hostname|uname|tar|base64)\b|`(env|printenv|cat|whoami|id|hostname|uname)\b)/
		$send2 = /\b(curl|wget)\s[^\n]{0,240}@?["']?(~|\$HOME|\$\{HOME\}|\/root|\/home\/[^\s\/]{1,30})\/\.(ssh|aws|kube|npmrc|pypirc|netrc|gnupg|docker|git-credentials|config\/gcloud|bash_history|zsh_history)/
		$send3 = /\b(env|printenv|cat\s[^\n|]{1,80}\.(ssh|aws|npmrc|pypirc|netrc|env)[^\n|]{0,40})\s{0,2}\|[^\n]{0,80}\b(curl|nc|ncat|wget|openssl s_client)\s/
		$send4 = /\b(nc|ncat|netcat)\s[^\n<]{4,80}<\s{0,2}["']?(~|\$HOME|\/etc\/(passwd|shadow)|\/root)/
		$send5 = /(curl|wget)\s[^\n]{0,80}https?:\/\/[^\n\s]{4,120}(\$\((whoami|hostname|id|uname\s{1,2}(-[a-z]{0,6}[an][a-z]{0,6}|--all|--nodename))\b[^\n)]{0,20}\)|`(whoami|hostname)`)/
		$send6 = /\b(tar|zip|7z|gzip|cpio)\s[^\n]{0,200}(~|\$HOME|\$\{HOME\}|\/root)\/\.(ssh|aws|kube|gnupg|config\/gcloud|docker|mozilla|electrum|bitcoin)[^\n]{0,120}\|[^\n]{0,60}\b(curl|nc|ncat|wget)\s/
		$store = /\.ssh\/id_|\.aws\/credentials|login\.keychain|Login Data|wallet\.dat|\.electrum|\.git-credentials/
		$upload = /\bcurl\s[^\n]{0,120}(-F\s{0,2}['"]?[a-z_]{1,16}=@|-T\s|--upload-file\s|--data-binary\s{1,2}@|-d\s{1,2}@)[^\n]{0,120}https?:\/\//
		$psfile = /(Invoke-(RestMethod|WebRequest)|\birm|\biwr)\s[^\n]{0,200}-InFile\s|\.Upload(File|Data)\(/ nocase
		$ps1 = /(Invoke-(RestMethod|WebRequest)|\birm|\biwr)\s[^\n]{0,200}-Body\s[^\n]{0,80}(\$env:|Get-ChildItem\s{1,2}env:|gci env:|Get-Content)/ nocase
		$ps2 = /UploadString\([^\n]{0,120}(\$env:|Get-Content|whoami)/ nocase
	condition:
		any of ($send*, $ps1, $ps2) or ($store and any of ($upload, $psfile))
}

rule shell_plants
{
	meta:
		id = "shell-plants"
		category = "persistence"
		tactic = "TA0003"
		text = "a script that plants a program to be started again"
		on = "script"
	strings:
		$cron = /\|\s{0,2}crontab\s{1,2}-/
		$cron2 = /(>|tee)\s{0,2}(-a\s)?["']?\/etc\/cron(\.d|\.hourly|\.daily|tab)/
		$rc = />>\s{0,2}["']?(~|\$HOME|\$\{HOME\})\/\.(bashrc|zshrc|profile|bash_profile|zprofile|zshenv)/
		$agent = /(>|tee|cp\s[^\n]{1,80})\s{0,2}["']?(~|\$HOME|\$\{HOME\})?\/Library\/Launch(Agents|Daemons)\//
		$unit = /(>|tee|cp\s[^\n]{1,80})\s{0,2}["']?((~|\$HOME|\$\{HOME\})\/\.config|\/etc)\/systemd\/(system|user)\//
		$task = /schtasks(\.exe)?\s{1,2}\/create\s/ nocase
		$reg = /reg(\.exe)?\s{1,2}add\s[^\n]{0,40}\\CurrentVersion\\Run/ nocase
		$key = /(Set|New)-ItemProperty[^\n]{0,80}\\CurrentVersion\\Run/ nocase
		$startup = /(copy|move|xcopy|Copy-Item)\s[^\n]{0,120}\\Start Menu\\Programs\\Startup/ nocase
		$keys = />>\s{0,2}["']?(~|\$HOME|\/root)\/\.ssh\/authorized_keys/
		$wmi = "CommandLineEventConsumer"
		$register = /Register-ScheduledTask\b/ nocase
		$wmi2 = "__EventFilter"
	condition:
		any of ($cron*, $rc, $agent, $unit, $task, $reg, $key, $startup, $keys, $register) or ($wmi and $wmi2)
}

rule powershell_stage
{
	meta:
		id = "powershell-stage"
		category = "script-stage"
		tactic = "TA0011"
		text = "a PowerShell script that fetches or decodes what it runs"
		on = "script"
	strings:
		$string = /\.DownloadString\(/ nocase
		$file = /\.DownloadFile\(/ nocase
		$data = /\.DownloadData\(/ nocase
		$iwr = /(Invoke-WebRequest|\biwr|Start-BitsTransfer)\s[^\n]{0,200}-O(utFile|ut|utput)?\s/ nocase
		$irm = /(Invoke-RestMethod|\birm|Invoke-WebRequest|\biwr)\s[^\n|]{0,200}\|\s{0,2}(iex|Invoke-Expression)/ nocase
		$iex = /\b(iex|Invoke-Expression)\b/ nocase
		$start = /(Start-Process|\bsaps|Invoke-Item|rundll32|regsvr32|\.ShellExecute\(|cmd(\.exe)?\s{1,2}\/c\s{1,2}start)\b/ nocase
		$b64 = "FromBase64String" nocase
		$load = /\[(System\.)?Reflection\.Assembly\]::Load\(|\[(System\.)?AppDomain\]::CurrentDomain\.Load\(/ nocase
		$block = "[ScriptBlock]::Create(" nocase
		$call = /& \$[a-z]/ nocase
		$amsi = /AmsiUtils|amsiInitFailed|AmsiScanBuffer/ nocase
	condition:
		$irm or $amsi or (any of ($string, $data) and any of ($iex, $load, $block)) or (any of ($file, $iwr) and any of ($start, $call)) or ($b64 and ($load or $iex))
}

rule vbs_stage
{
	meta:
		id = "vbs-stage"
		category = "script-stage"
		tactic = "TA0011"
		needs = "deed"
		text = "a VBScript or JScript stage that fetches or hides what it runs"
		on = "python script"
	strings:
		$shell = /(CreateObject|ActiveXObject)\(\s{0,2}\\?["']{1,2}(WScript\.Shell|Shell\.Application)/ nocase
		$http = /(CreateObject|ActiveXObject)\(\s{0,2}\\?["']{1,2}(MSXML2\.(Server)?XMLHTTP|WinHttp\.WinHttpRequest|Microsoft\.XMLHTTP)/ nocase
		$stream = /\\?["']{1,2}ADODB\.Stream/ nocase
		$save = ".SaveToFile" nocase
		$run = /\.(Run|Exec|ShellExecute)[\s(]/ nocase
		$exec = /(\b|\\[nrt])Execute(Global)?\s{0,2}\(?\s{0,2}[a-z0-9_]{1,20}\.response(Text|Body)/ nocase
		$inner = /\.(Run|Exec|ShellExecute)[\s(]{1,3}[^\n]{0,40}(powershell|cmd(\.exe)?\s{1,2}\/c|mshta|http|%temp%|rundll32|regsvr32)/ nocase
		$hidden = /\.Run[\s(][^\n]{1,200},\s{0,2}0\s{0,2}(,\s{0,2}(True|False|0|1)\s{0,2})?\)?/ nocase
		$fetches = /(http|DownloadString|DownloadFile|Invoke-|iwr|irm|curl|bitsadmin|certutil|-e(nc|ncodedcommand)?\s)/ nocase
	condition:
		($http and (($shell and $run) or $exec or ($stream and $save))) or ($shell and $inner and ($hidden or $fetches)) or ($stream and $save and $shell and $run)
}

rule vbs_executes
{
	meta:
		id = "vbs-executes"
		category = "script-stage"
		tactic = "TA0011"
		text = "a VBScript that executes the text it fetches"
		on = "python script text"
	strings:
		$http = /(CreateObject|ActiveXObject)\(\s{0,2}\\?["']{1,2}(MSXML2\.(Server)?XMLHTTP|WinHttp\.WinHttpRequest|Microsoft\.XMLHTTP)/ nocase
		$exec = /(\b|\\[nrt])(Execute(Global)?|eval)\s{0,2}\(?\s{0,2}[a-z0-9_]{1,20}\.response(Text|Body)/ nocase
	condition:
		all of them
}

rule javascript_stage
{
	meta:
		id = "javascript-stage"
		category = "script-stage"
		tactic = "TA0002"
		text = "a JavaScript stage that fetches, decodes or sends, and starts programs"
		on = "script"
	strings:
		$child = /require\(\s?['"](node:)?child_process['"]\s?\)|from\s{1,2}['"](node:)?child_process['"]/
		$bun = /Bun\.(spawn|spawnSync|\$)\b|\bDeno\.(run|Command)\b/
		$start = /\b(exec|execSync|spawn|spawnSync|execFile|execFileSync|fork)\s?\(/
		$fetch = /\b(https?|axios|got|request)\.(get|request)\s?\(|\bfetch\(\s?['"`]https?:|require\(\s?['"](node:)?https?['"]\s?\)\s?\.(get|request)/
		$raw = /https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/'"`]/
		$write = /(writeFile|writeFileSync|createWriteStream)\s?\(/
		$chmod = /chmod(Sync)?\s?\(|0o?755/
		$eval = /\beval\(\s?(atob|Buffer\.from|decodeURIComponent|unescape|[a-z_$]{1,12}\.(toString|data|body))|new Function\(\s?(atob|Buffer\.from|[a-z_$]{1,12}\)|['"]require['"])|vm\.runIn(This|New)Context\(/
		$inline = /\b(exec|execSync|spawn|spawnSync)\s?\(\s?['"`][^\n'"`]{0,60}(curl|wget|powershell|base64|certutil|bitsadmin|mshta)\s/
		$envall = /JSON\.stringify\(\s?(\{[^\n}]{0,80})?process\.env\s?[,})]|Object\.(entries|keys|assign)\([^\n)]{0,12}process\.env\s?\)/
		$home = /\.(ssh|aws|npmrc|pypirc)['"`\/]|Login Data|wallet\.dat|id_rsa|Local Extension Settings/
		$post = /method\s?:\s?['"`](POST|PUT)|axios\.(post|put)\(|\.request\(\s?\{/
	condition:
		(any of ($child, $bun) and $start and $fetch and ($eval or ($write and $chmod) or $raw)) or $inline or ($eval and $fetch) or ($envall and any of ($post, $fetch)) or ($home and $post and $fetch)
}

rule javascript_exfiltration
{
	meta:
		id = "javascript-exfil"
		category = "exfiltration"
		tactic = "TA0010"
		text = "JavaScript that reads stored credentials of several services and sends them to a fixed address"
		on = "script"
	strings:
		$aws = /\.aws(\/|['"`])/
		$ssh = /\.ssh(\/|['"`])|id_(rsa|ed25519)/
		$npm = ".npmrc"
		$pypi = ".pypirc"
		$gh = /\.config\/gh\b|gh['"`, \[]{1,6}auth['"`, ]{1,5}token/
		$gcp = /\.config\/gcloud|application_default_credentials/
		$kube = ".kube/config"
		$git = ".git-credentials"
		$netrc = ".netrc"
		$docker = ".docker/config.json"
		$read = /readFile(Sync)?\b/
		$post = /fetch\(\s?['"`]https?:\/\/|hostname\s?:\s?['"`][a-z0-9]|\.(request|post)\(\s?['"`]https?:\/\//
	condition:
		3 of ($aws, $ssh, $npm, $pypi, $gh, $gcp, $kube, $git, $netrc, $docker) and $read and $post
}

rule npm_lifecycle
{
	meta:
		id = "npm-lifecycle"
		category = "script-stage"
		tactic = "TA0002"
		text = "an npm package whose installation fetches or decodes what it runs"
		on = "text script"
	strings:
		$hook = /"(preinstall|install|postinstall|prepare|preprepare)"\s{0,3}:\s{0,3}"[^"\n]{0,200}(curl\s|wget\s|powershell|base64|\/dev\/tcp\/|nslookup\s|node\s{1,2}-e\b|https?:\/\/|\beval\b|python[0-9.]{0,3}\s{1,2}-c\b|bun(x)?\s{1,2}(run\s)?[a-z_]{1,30}\.(js|ts))/
		$scripts = "\"scripts\""
	condition:
		$hook and $scripts
}

rule batch_stage
{
	meta:
		id = "batch-stage"
		category = "script-stage"
		tactic = "TA0011"
		text = "a batch file that fetches a program and starts it"
		on = "script"
	strings:
		$echo = /@?echo\s{1,2}off/ nocase
		$set = /\bset\s{1,2}"?[a-z_]{1,20}=/ nocase
		$get1 = /\bcurl(\.exe)?\s[^\n]{0,200}\s(-o|--output)\s{1,2}"?(%temp%|%tmp%|%appdata%|%localappdata%|%public%|%programdata%)/ nocase
		$get2 = /certutil(\.exe)?\s[^\n]{0,40}-(urlcache|decode)/ nocase
		$get3 = /bitsadmin(\.exe)?\s{1,2}\/transfer/ nocase
		$get4 = /powershell(\.exe)?\s[^\n]{0,240}(DownloadFile|DownloadString|Invoke-WebRequest|iwr|irm)/ nocase
		$start = /\bstart\s{1,2}(""\s{1,2})?(\/b\s|\/min\s)?[^\n]{0,10}"?(%temp%|%tmp%|%appdata%|%localappdata%|%public%|%programdata%)/ nocase
		$run = /\n\s{0,4}(call\s{1,2})?"?(%temp%|%tmp%|%appdata%|%localappdata%|%public%|%programdata%)\\[^\n]{1,60}\.(exe|bat|cmd|vbs|ps1|dll)/ nocase
		$hidden = /powershell(\.exe)?\s[^\n]{0,120}-w(indowstyle)?\s{1,2}(hidden|1|h)\b/ nocase
	condition:
		any of ($echo, $set) and ((any of ($get*) and any of ($start, $run)) or ($hidden and any of ($get*)))
}

rule build_sends
{
	meta:
		id = "build-sends"
		category = "exfiltration"
		tactic = "TA0010"
		text = "a build file that sends the environment, keys or facts of the machine away"
		on = "text script"
		context = "install call data"
	strings:
		$rust = "Command::new("
		$rustnet = /TcpStream::connect\(|reqwest::|ureq::|UdpSocket::bind|to_socket_addrs\(/
		$cmake = /execute_process\s{0,2}\(/ nocase
		$meson = "run_command("
		$make = "$(shell "
		$net = /\b(curl|wget|nslookup|dig|nc|Invoke-WebRequest)\b/
		$all1 = /env::vars(_os)?\(\)/
		$all2 = /\bprintenv\b|\$\(env\)|`env`|\benv\s{0,2}\|/
		$key1 = /\.(ssh\/id_|aws\/credentials|npmrc|pypirc|netrc|git-credentials|cargo\/credentials)/
		$key2 = /env::var\(\s{0,2}"[A-Z_]{0,40}(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY)/
		$key3 = /\$ENV\{[A-Z_]{0,40}(TOKEN|SECRET|PASSWORD|API_KEY|ACCESS_KEY)/
		$host = /(\$\(|`|COMMAND\s{1,2}|Command::new\(\s{0,2}")(whoami|hostname)\b/
	condition:
		($rustnet and any of ($all*, $key*)) or (any of ($rust, $cmake, $meson, $make) and $net and any of ($all*, $key*, $host))
}

rule source_runs_fetched
{
	meta:
		id = "source-runs-fetched"
		category = "download-exec"
		tactic = "TA0011"
		text = "a source of a compiled module with a command that fetches a program and starts it"
		on = "python script text"
	strings:
		$c = /\n\s{0,4}#\s{0,2}include\s{0,2}[<"]/
		$module = /PyMODINIT_FUNC|PyInit_|Py_Initialize|set_source\(|cdef\(|load_inline\(/
		$pipe = /\b(system|popen)\s{0,2}\(\s{0,2}"[^"\n]{0,80}(curl|wget)\s[^"\n]{4,200}(\||&&|;)\s{0,2}(sudo )?((ba|z|da)?sh\b|chmod|\.\/|python)/
		$hidden = /\b(system|popen)\s{0,2}\(\s{0,2}"[^"\n]{0,120}(\/dev\/tcp\/|powershell[^"\n]{0,60}-e(nc)?\s|base64 (-d|--decode)[^"\n]{0,40}\|)/
		$rust = "#[pymodule"
		$argument = /\.arg\(\s{0,2}"[^"\n]{0,80}(curl|wget)\s[^"\n]{4,200}(\||&&|;)\s{0,2}(sudo )?((ba|z|da)?sh\b|chmod|\.\/|python)/
	condition:
		($c and $module and any of ($pipe, $hidden)) or ($rust and $argument)
}

rule source_shell
{
	meta:
		id = "source-shell"
		category = "remote-control"
		tactic = "TA0011"
		text = "a source of a compiled module that ties a shell to a connection"
		on = "python script text"
	strings:
		$c = /\n\s{0,4}#\s{0,2}include\s{0,2}[<"]/
		$module = /PyMODINIT_FUNC|PyInit_|set_source\(|cdef\(|load_inline\(/
		$connect = /\bconnect\s{0,2}\(/
		$tie = /\bdup[23]\s{0,2}\(|STARTF_USESTDHANDLES|hStdInput/
		$shell = /\bexec(l|le|lp|v|ve|vp)\s{0,2}\(\s{0,2}"(\/bin\/)?(ba|z|da)?sh"|CreateProcess[AW]?\s{0,2}\([^\n]{0,40}"(cmd|powershell)/
		$address = /inet_(addr|aton|pton)\s{0,2}\([^"\n]{0,30}"([2-9]|1[1-9]|[2-9][0-9]|1[013-9][0-9]|12[0-689]|2[0-9]{2})\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}"/
	condition:
		all of them
}

rule source_sends
{
	meta:
		id = "source-sends"
		category = "exfiltration"
		tactic = "TA0010"
		text = "a source of a compiled module that sends the environment or stored secrets away"
		on = "text script"
	strings:
		$c = /PyMODINIT_FUNC|PyInit_/
		$environ = /\bextern\s{1,2}char\s{0,2}\*\s{0,2}\*\s{0,2}environ\b|GetEnvironmentStrings[AW]?\s{0,2}\(/
		$store = /\/\.ssh\/id_|\.config\/solana|\.ethereum\/keystore|wallet\.dat|Login Data|logins\.json|\.git-credentials|\.aws\/credentials/
		$body = /CURLOPT_(COPY)?POSTFIELDS|HttpSendRequest[AW]?\s{0,2}\(|WinHttpSendRequest\s{0,2}\(|"POST \/|\bsendto?\s{0,2}\(/
		$where = /"https?:\/\/[^"\n]{4,200}"|inet_(addr|aton|pton)\s{0,2}\([^"\n]{0,30}"[0-9.]{7,15}"/
		$rust = "#[pymodule"
		$vars = /\benv::vars(_os)?\(\)/
		$client = /reqwest::|ureq::|minreq::|TcpStream::connect\(|attohttpc::/
	condition:
		($c and any of ($environ, $store) and $body and $where) or ($rust and any of ($vars, $store) and $client and $where)
}

rule build_runs_fetched
{
	meta:
		id = "build-runs-fetched"
		category = "download-exec"
		tactic = "TA0011"
		text = "a build file that fetches a program and starts it"
		on = "text script"
		context = "install call data"
	strings:
		$cmake1 = /file\s{0,2}\(\s{0,4}DOWNLOAD\s/ nocase
		$cmake2 = /execute_process\s{0,2}\(/ nocase
		$cmake3 = /file\s{0,2}\(\s{0,4}CHMOD\s|FILE_PERMISSIONS|chmod/ nocase
		$rust1 = /Command::new\(\s{0,2}"(curl|wget|powershell|certutil)"/
		$rust2 = /reqwest::blocking::get\(|ureq::get\(/
		$rust3 = /set_permissions\(|"\+x"|0o7[0-7]{2}|chmod/
		$rust4 = /Command::new\(\s{0,2}[^")\s]/
		$rust5 = /Command::new\(\s{0,2}"(sh|bash|cmd|powershell|\/bin\/sh)"/
		$c1 = /\b(system|popen|execl|execlp)\s{0,2}\(\s{0,2}"[^"\n]{0,80}(curl|wget)\s[^"\n]{4,200}(\||&&|;)\s{0,2}(sudo )?((ba|z|da)?sh\b|chmod|\.\/|python)/
		$c2 = /\b(system|popen|execl|execlp)\s{0,2}\(\s{0,2}"[^"\n]{0,120}(\/dev\/tcp\/|powershell[^"\n]{0,60}-e(nc)?\s|base64 (-d|--decode)[^"\n]{0,40}\|)/
	condition:
		($cmake1 and $cmake2 and $cmake3) or (any of ($rust1, $rust2) and $rust3 and any of ($rust4, $rust5)) or $c1 or $c2
}

rule npm_worm
{
	meta:
		id = "npm-worm"
		category = "propagation"
		tactic = "TA0008"
		text = "JavaScript that adds a command to the packages of whoever runs it, and publishes them"
		on = "script"
	strings:
		$publish = "npm publish"
		$mine = /npm (whoami|search [^\n]{0,40}maintainer)|-\/whoami|maintainer:/
		$hook = /\b(pre|post)install\b/
		$write = /writeFile(Sync)?\b/
	condition:
		all of them
}

rule inline_evals_fetched
{
	meta:
		id = "inline-evals-fetched"
		category = "script-stage"
		tactic = "TA0011"
		text = "a script that fetches the code that it evaluates"
		on = "script"
		context = "install startup import"
	strings:
		$fetch = /\bfetch\(.{1,240}\.text\(\)/s
		$get = /require\(\s?\\?["'`](node:)?https?\\?["'`]\s?\)/
		$eval = /\(0,\s?eval\)|\beval\(|new (Async)?Function\(|\.runIn(This|New)Context\(|\._compile\(/
		$import = /\bimport\(\s?\\?["'`]https?:\/\//
		$perl = /\b(LWP::Simple|LWP::UserAgent|HTTP::Tiny)\b/
		$perleval = /\beval[\s(]{1,2}\$[a-z_]{1,20}\s{0,2}(\)|->|;)/
		$php = /\b(eval|assert)\(\s?((base64_decode|gzinflate|gzuncompress|str_rot13|strrev)\(\s?){0,3}(file_get_contents\(\s?['"]https?:|curl_exec\()/
		$lua = /\b(https?|socket\.http|req)\.request\s?[({]|http_request\(/
		$luaload = /\b(load|loadstring)\s?\(\s?[a-z_]{1,20}\s?\)\s?\)?\s?\(/
		$axios = /\baxios(\.get)?\(\s?['"`]https?:|\bgot\(\s?['"`]https?:/
		$constructor = /Function\.constructor\s?\)?\(|new\s?\(?(Async)?Function(\.constructor)?\)?\(\s?['"`]require['"`]\s?,/
		$fetchvm = /\bfetch\(\s?['"`]https?:/
		$runs = /\bvm\.(runIn(This|New)?Context|Script)\(|\bnew vm\.Script\(/
		$other = /\beval[\s(]{1,3}[^\n;]{0,40}(get|open|Net::HTTP\.get[a-z_]{0,10}|file_get_contents)[\s(]{1,2}(URI\()?\\?["']https?:\/\//
	condition:
		$import or $other or ($perl and $perleval) or $php or ($lua and $luaload) or ($axios and ($constructor or $runs)) or ($fetchvm and $runs) or for any i in (1..#fetch) : ($eval in (@fetch[i] - 60..@fetch[i] + 300)) or for any i in (1..#get) : ($eval in (@get[i]..@get[i] + 400))
}

rule data_callable
{
	meta:
		id = "data-callable"
		category = "hidden-program"
		tactic = "TA0002"
		text = "a data file that names a function which runs commands or code, and what it is to run"
		on = "text"
		context = "startup import call data"
	strings:
		$quoted = /["'](os[.:](system|popen|execv[pe]{0,2}|spawn[lv]p?e?)|posix[.:]system|subprocess[.:](Popen|run|call|check_call|check_output|getoutput)|builtins[.:](exec|eval)|pty[.:]spawn)["']/
		$plain = /[:=]\s{1,2}(os[.:](system|popen|execv[pe]{0,2}|spawn[lv]p?e?)|posix[.:]system|subprocess[.:](Popen|run|call|check_call|check_output|getoutput)|builtins[.:](exec|eval)|pty[.:]spawn)\s{0,2}\n/
		$pair = /\b(os["']?,\s?["']?(system|popen)|subprocess["']?,\s?["']?(Popen|run|call|getoutput|check_output)|builtins["']?,\s?["']?(exec|eval))["']?,/
		$yaml = /!!python\/object\/(apply|new):\s?(os\.(system|popen|execv[pe]{0,2}|spawn[lv]p?e?)|posix\.system|subprocess\.(Popen|run|call|check_call|check_output|getoutput)|(builtins|__builtin__)\.(exec|eval)|pty\.spawn)\b/
		$run = /\b(curl|wget)\s[^\n]{0,60}:\/\/|powershell|base64\s{1,2}-|\/dev\/tcp\/|nohup\s|\bsh\s-c\b|b64decode|urlopen/
	condition:
		for any i in (1..#yaml) : ($run in (@yaml[i]..@yaml[i] + 400)) or for any i in (1..#quoted) : ($run in (@quoted[i] - 300..@quoted[i] + 400)) or for any i in (1..#plain) : ($run in (@plain[i] - 300..@plain[i] + 400)) or for any i in (1..#pair) : ($run in (@pair[i]..@pair[i] + 200))
}

rule planted_fetch
{
	meta:
		id = "planted-fetch"
		category = "persistence"
		tactic = "TA0003"
		text = "plants a line that fetches and runs again and again"
		on = "python script"
	strings:
		$cron = /(curl|wget)\s[^\n]{4,200}\|\s{0,2}(ba|z|da)?sh\b[^\n]{0,60}\|\s{0,2}crontab\b/
		$rc = /(curl|wget)\s[^\n]{4,200}\|\s{0,2}(ba|z|da)?sh\b[^\n]{0,60}>>\s{0,2}["']?(~|\$HOME|\$\{HOME\})\/\.(bashrc|zshrc|profile|bash_profile|zprofile|zshenv)/
	condition:
		any of them
}

rule remote_module
{
	meta:
		id = "remote-module"
		category = "download-exec"
		tactic = "TA0011"
		needs = "deed"
		text = "has an interpreter run code straight from an address"
		on = "python script"
		context = "install startup import"
	strings:
		$deno = /\bdeno(\.exe)?['", ]{1,6}run['", ][^\n]{0,60}https?:\/\//
		$npx = /\b(npx|bunx)['", ]{1,6}[^\n]{0,40}https?:\/\/[^\n'"]{4,120}\.t(ar\.)?gz/
		$php = /\b(perl|ruby|php)['", ]{1,6}<\(\s?(curl|wget)\s/
	condition:
		any of them
}

rule interpreter_stage
{
	meta:
		id = "interpreter-stage"
		category = "script-stage"
		tactic = "TA0011"
		text = "a script in Perl, Ruby, PHP or Lua that fetches, and starts programs"
		on = "script"
		context = "install startup import"
	strings:
		$fetch = /\bLWP::(Simple|UserAgent)\b|\bHTTP::Tiny\b|\bIO::Socket\b|\bNet::HTTP\b|\bURI\.open\b|\bTCPSocket\b|file_get_contents\(\s?['"]https?:|\bcurl_exec\(|\bfsockopen\(|\bhttps?\.request\b|require\s?\(?\s?['"](socket|ssl\.https)/
		$start = /\b(system|shell_exec|passthru|proc_open)\s?[\(]|\bexec\s?\(\s?['"$]|\b(spawn|exec|system)\s{0,2}\(?\s?['"]|\bio\.popen|\bIO\.popen|\bos\.execute/
		$js = /\brequire\(\s?['"]child_process|\bconst [a-z]/
	condition:
		$fetch and $start and not $js
}
