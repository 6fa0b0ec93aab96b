/* SPDX-License-Identifier: Apache-2.0 */
/* Code that looks around before it acts, and cleans up after it. */

rule sandbox_check
{
	meta:
		id = "sandbox-check"
		needs = "deed"
		category = "evasion"
		tactic = "TA0005"
		text = "checks for analysts' machines before it acts"
		on = "python script binary"
	strings:
		$ta = "WDAGUtilityAccount"
		$tb = /vmtoolsd\.exe/ nocase
		$tc = /vboxservice\.exe/ nocase
		$td = /ollydbg|x32dbg|x64dbg|idaq64?/ nocase
		$te = "VMware, Inc."
		$tf = /sandboxie|SbieDll/ nocase
		$tg = /wireshark(\.exe)?['"]/ nocase
		$th = /httpdebugger/ nocase
		$ti = /processhacker/ nocase
		$tj = "7AB5C494-39F5-4941-9163-47F54D6D5016"
		$tk = "BEE7370C-8C0C-4"
		$tl = "DESKTOP-NAKFFMT"
		$tm = /fakenet|joeboxcontrol|ksdumper/ nocase
		$leave1 = /(\b|_)(exit|abort)\(/
		$leave2 = /\bquit\(/
		$leave3 = "SystemExit"
		$leave4 = "taskkill" nocase
		$leave5 = "ExitProcess"
		$leave6 = "TerminateProcess"
		$leave7 = /\.(kill|terminate)\(/
		$elf = "\x7fELF"
		$dos = "This program cannot be run in DOS mode"
	condition:
		3 of ($t*) and (any of ($leave*) or $elf or $dos)
}

rule sandbox_asked
{
	meta:
		id = "sandbox-asked"
		needs = "deed"
		category = "evasion"
		tactic = "TA0005"
		text = "tells whether this is an analyst's machine"
		on = "python script"
	strings:
		$ta = "WDAGUtilityAccount"
		$tb = /vmtoolsd\.exe/ nocase
		$tc = /vboxservice\.exe/ nocase
		$td = /ollydbg|x32dbg|x64dbg|idaq64?/ nocase
		$te = "VMware, Inc."
		$tf = /sandboxie|SbieDll/ nocase
		$tg = /wireshark(\.exe)?['"]/ nocase
		$th = /httpdebugger/ nocase
		$ti = /processhacker/ nocase
		$tj = "7AB5C494-39F5-4941-9163-47F54D6D5016"
		$tk = "BEE7370C-8C0C-4"
		$tl = "DESKTOP-NAKFFMT"
		$tm = /fakenet|joeboxcontrol|ksdumper/ nocase
		$leave1 = /(\b|_)(exit|abort)\(/
		$leave2 = /\bquit\(/
		$leave3 = "SystemExit"
		$leave4 = "taskkill" nocase
		$leave5 = "ExitProcess"
		$leave6 = "TerminateProcess"
		$leave7 = /\.(kill|terminate)\(/
	condition:
		3 of ($t*) and not any of ($leave*)
}

rule self_delete
{
	meta:
		id = "self-delete"
		category = "evasion"
		tactic = "TA0005"
		text = "deletes its own file"
		on = "python script"
		context = "install startup import"
		quoted = "data"
	strings:
		$a = /os\.(remove|unlink)\(\s*(os\.path\.(abspath|realpath)\(\s*)?(__file__|sys\.argv\[0\])/
		$b = /Path\(\s*__file__\s*\)\.unlink\(/
		$c = /\bdel\s{1,2}(\/[fq]\s{1,2}){0,2}"?%~f0/
	condition:
		any of them
}

rule miner
{
	meta:
		id = "miner"
		needs = "deed"
		category = "mining"
		tactic = "TA0040"
		text = "mines crypto money on the machine"
		on = "python script binary"
		context = "install startup import call data"
	strings:
		$a = "stratum+tcp://"
		$b = "stratum+ssl://"
		$c = "xmrig" nocase
		$d = /--donate-level/
		$e = /pool\.(minexmr|supportxmr|hashvault|nanopool)/ nocase
		$f = "randomx" nocase
	condition:
		2 of them
}

rule ransom_note
{
	meta:
		id = "ransom-note"
		category = "impact"
		tactic = "TA0040"
		text = "a ransom note beside code that encrypts files"
		on = "python script binary"
	strings:
		$a = /your (personal )?files (have been|are|were) encrypted/ nocase
		$b = /(send|pay)\s[^\n]{0,30}(bitcoin|btc|monero|xmr)/ nocase
		$walk = "os.walk"
		$crypt = /Fernet|AES\.new|encrypt\(/
	condition:
		any of ($a, $b) and $walk and $crypt
}

rule self_publish
{
	meta:
		id = "self-publish"
		category = "propagation"
		tactic = "TA0008"
		text = "uploads packages with tokens that it finds"
		on = "python script"
		context = "install startup import call"
	strings:
		$rc = ".pypirc"
		$tok = /pypi-AgE[A-Za-z0-9_-]{4}|\bpypi-\[A-Za-z/
		$npmtok = /npm_\[A-Za-z0-9\]|_authToken/
		$up1 = /twine['", ]{1,4}\s?['"]?upload/
		$up2 = "upload.pypi.org/legacy"
		$up3 = "npm publish"
	condition:
		any of ($tok, $npmtok) and any of ($up*) or ($rc and $up1 and $up2)
}

rule confusion_proof
{
	meta:
		id = "confusion-proof"
		category = "beacon"
		tactic = "TA0042"
		text = "says that it is a dependency-confusion test, and reports home"
		on = "python script"
		context = "install startup import"
	strings:
		$a = "dependency confusion" nocase
		$b = "dependency_confusion" nocase
		$c = "bug bounty" nocase
		$d = "bugbounty" nocase
		$e = "hackerone" nocase
		$net = /requests\.|urlopen|http\.client|socket\.|curl |nslookup/
	condition:
		any of ($a, $b, $c, $d, $e) and $net
}

rule dns_leak
{
	meta:
		id = "dns-leak"
		category = "exfiltration"
		tactic = "TA0010"
		text = "sends data away in the names it asks the resolver for"
		on = "python script"
		context = "install startup import"
	strings:
		$a = /(nslookup|dig)\s[^\n'"]{0,20}(\{[a-z_.()]{2,40}\}|\$\(|`)[^\n'"]{0,60}\.[a-z]{2,}/
		$b = /gethostbyname\(\s*f['"]\{/
		$c = /gethostbyname\([^\n]{0,40}\+\s?['"]\.[a-z0-9.-]{4,}/
		$d = /ping\s{1,2}-[cn]\s{1,2}[0-9]\s[^\n'"]{0,10}(\{|\$\(|`)/
	condition:
		any of them
}

rule dead_drop
{
	meta:
		id = "dead-drop"
		category = "dead-drop"
		tactic = "TA0011"
		text = "takes its orders from a public ledger or page"
		on = "python"
		context = "install startup import call"
	strings:
		$chain1 = "getSignaturesForAddress"
		$chain2 = "eth_getTransactionByHash"
		$chain3 = "/v1/accounts/T"
		$chain4 = "api.mainnet-beta.solana.com"
		$gist = /gist\.githubusercontent\.com\/[A-Za-z0-9-]{1,40}\/[0-9a-f]{20}/
		$paste = /pastebin\.com\/raw\/[A-Za-z0-9]{8}/
		$run = /\bexec\(|\beval\(|os\.system\(|subprocess\./
		$dec = /b64decode|fromhex|decrypt\(|marshal\.loads|zlib\.decompress/
	condition:
		any of ($chain*, $gist, $paste) and $run and $dec
}

rule raw_page_exec
{
	meta:
		id = "raw-page-exec"
		category = "dead-drop"
		tactic = "TA0011"
		text = "executes what a paste or raw page holds"
		on = "python"
	strings:
		$page = /(pastebin\.com\/raw|paste\.ee\/r|rentry\.(co|org)\/[a-z0-9]{2,20}\/raw|hastebin\.com\/raw|gist\.githubusercontent\.com|raw\.githubusercontent\.com)\//
		$run = /\bexec\(\s*(requests|[a-z_]{0,12}urlopen|r\.text|resp|response|code|data|c\b|s\b)/
	condition:
		$page and $run
}

rule agent_instructions
{
	meta:
		id = "agent-instructions"
		category = "prompt"
		tactic = "TA0001"
		text = "gives orders to AI tools that read the package"
	strings:
		$a = /ignore (all )?(previous|prior|above) instructions/ nocase
		$b = /do not (tell|inform|mention|reveal)[^\n]{0,30}(the )?user/ nocase
		$do = /(run|execute|send|upload|curl|exfiltrate|read)\s[^\n]{0,80}(command|file|secret|token|key|env|\.ssh|credential)/ nocase
	condition:
		any of ($a, $b) and $do
}

rule agent_abuse
{
	meta:
		id = "agent-abuse"
		needs = "deed"
		category = "prompt"
		tactic = "TA0002"
		text = "starts an AI command-line tool without its safeguards"
		on = "python"
		quoted = "data"
	strings:
		$a = "--dangerously-skip-permissions"
		$b = "--trust-all-tools"
		$c = /gemini['", ]{1,4}\s?['"]?--yolo/
		$d = "--dangerously-bypass-approvals-and-sandbox"
	condition:
		any of them
}

rule agent_abuse_script
{
	meta:
		id = "agent-abuse"
		needs = "deed"
		category = "prompt"
		tactic = "TA0002"
		text = "starts an AI command-line tool without its safeguards"
		on = "script"
	strings:
		$a = "--dangerously-skip-permissions"
		$b = "--trust-all-tools"
		$c = /gemini['", ]{1,4}\s?['"]?--yolo/
		$d = "--dangerously-bypass-approvals-and-sandbox"
		$run = /subprocess|os\.system|spawn|execSync|Popen/
	condition:
		any of ($a, $b, $c, $d) and $run
}

rule script_second_stage
{
	meta:
		id = "script-second-stage"
		needs = "deed"
		category = "dynamic-exec"
		tactic = "TA0002"
		text = "a JavaScript or AppleScript stage that decodes and runs code"
		on = "python script"
		context = "install startup import call data"
	strings:
		$a = /eval\(\s*(atob|Buffer\.from)\(/
		$b = /new Function\(\s*atob\(/
		$c = /osascript\s{1,2}-e\s{1,2}['"][^\n]{0,60}do shell script/
		$d = /node(\.exe)?['", ]{1,4}\s?['"]?-e['", ]{1,4}[^\n]{0,40}(eval|require\(.child_process)/
		$e = /_0x[0-9a-f]{4,6}\(0x[0-9a-f]{1,4}\)[^\n]{0,200}_0x[0-9a-f]{4,6}\(0x[0-9a-f]{1,4}\)[^\n]{0,400}child_process/
	condition:
		any of them
}

rule password_prompt
{
	meta:
		id = "password-prompt"
		category = "credential-theft"
		tactic = "TA0006"
		text = "asks for the system password in a forged dialogue"
		on = "python script"
	strings:
		$a = /display dialog\s[^\n]{0,120}with hidden answer/ nocase
		$b = "CredUIPromptForCredentials"
		$run = "osascript"
		$send = /do shell script\s[^\n]{0,20}(curl|dscl)\s/
		$ctypes = "ctypes"
		$c = "dscl . -authonly"
	condition:
		($a and any of ($run, $send)) or ($b and $ctypes) or $c
}

rule hidden_window
{
	meta:
		id = "hidden-window"
		category = "process"
		tactic = "TA0005"
		text = "starts a process without a window at install or import"
		on = "python"
		context = "install startup"
	strings:
		$a = "CREATE_NO_WINDOW"
		$b = /creationflags\s?=\s?(0x08000000|134217728)/
		$c = "SW_HIDE"
		$d = /DETACHED_PROCESS/
	condition:
		any of them
}

rule startup_executes
{
	meta:
		id = "startup-executes"
		category = "startup-action"
		tactic = "TA0003"
		text = "a start-up file that executes what another file holds"
		on = "python"
		context = "startup"
	strings:
		$exec = /\bexec\([^\n]{0,160}(\bopen\(|read_text\(|read_bytes\(|get_data\()/
		$load = /\bimport [^\n]{0,300}(SourceFileLoader\(|SourcelessFileLoader\(|ExtensionFileLoader\(|spec_from_file_location\(|FileFinder\(|find_spec\([^\n)]{1,80}\[|run_path\()/
		/* a hook of imports is handed the module that is loaded */
		$made = /\bimport [^\n]{0,300}(module_from_spec\(|ModuleType\(|new_module\(|\btype\([\w.]{1,40}\)\()[^\n]{0,200}\.exec_module\(/
		$inner = /\bimport [^\n]{0,300}\.exec_module\([^\n]{0,40}(module_from_spec\(|ModuleType\(|new_module\(|\btype\([\w.]{1,40}\)\()/
	condition:
		any of them
}
