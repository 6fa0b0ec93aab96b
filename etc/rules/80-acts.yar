/* SPDX-License-Identifier: Apache-2.0 */
/* Acts that need no guess at their purpose: code from pictures and resolvers,
 * memory of others, tunnels, ransom, destruction on a word from afar. */

rule picture_code
{
	meta:
		id = "picture-code"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "executes what the lowest bits of a picture or sound spell"
		on = "python"
	strings:
		$read = /\.(getdata|getpixel|readframes|get_flattened_data)\(|\bimread\(|np\.(array|asarray)\(\s?(PIL\.)?Image/
		$bit1 = "& 1"
		$bit2 = "&1)"
		$bit3 = "& 0x1"
		$bit4 = "& 0x01"
		$bit5 = "& 0b1"
		$bit6 = "% 2"
		$bit7 = "bitwise_and("
		$bit8 = "unpackbits("
		$open = "Image.open("
		$shift = /<<=?\s?1\b|packbits\(/
		$exec = /\b(exec|eval|marshal\.loads)\(|(Popen|subprocess\.(run|call)|os\.system)\(\s?[a-z_]{1,16}\s?(,\s?shell\s?=\s?True[^\n]{0,40})?\)/
	condition:
		($read or ($open and $shift)) and any of ($bit*) and $exec
}

rule tail_program
{
	meta:
		id = "tail-program"
		category = "hidden-executable"
		tactic = "TA0027"
		text = "starts what stands behind the end of a picture or document"
		on = "python"
	strings:
		$end = /\.r?(index|find|split|partition)\(\s?b['"](IEND|\\x00\\x00\\x00\\x00IEND|\\xff\\xd9|%%EOF|\\x00;|\\xffd9)/ nocase
		$exec = /\b(exec|marshal\.loads)\(/
		$mode = /chmod\(|0o7[0-7]{2}|S_IXUSR|S_IEXEC/
		$start = /Popen\(|os\.(system|exec[lv]|spawn[lv]|startfile)|subprocess\.(run|call)|CDLL\(/
	condition:
		$end and ($exec or ($mode and $start))
}

rule filler_name
{
	meta:
		id = "filler-name"
		category = "obfuscation"
		tactic = "TA0005"
		text = "a name that cannot be seen"
		on = "python"
	strings:
		$a = /[\t .(,*\[=](\xe3\x85\xa4|\xef\xbe\xa0|\xe1\x85\x9f|\xe1\x85\xa0){1,20}\s?[=),.(\[:\]]/
	condition:
		any of them
}

rule resolver_code
{
	meta:
		id = "resolver-code"
		category = "dynamic-exec"
		tactic = "TA0011"
		text = "executes what is encoded in the records of a resolver"
		on = "python"
	strings:
		$dns = /dns\.(resolver|query|asyncresolver)|nslookup|dnspython|type=TXT|dns-query/
		$txt = /['"](TXT|-type=txt|-q=txt)['"]|type=TXT/ nocase
		$run = /\b(exec|eval)\(\s?(compile\(\s?)?((base64|binascii|zlib|marshal|codecs)\.)?(b64decode|b32decode|unhexlify|decompress|loads|decode|bytes\.fromhex)\(/
	condition:
		all of them
}

rule argument_call
{
	meta:
		id = "argument-call"
		category = "obfuscation"
		tactic = "TA0005"
		text = "has a sort, an operator or a subscript fetch or run something"
		on = "python"
	strings:
		$key = /\bkey\s?=\s?(urllib\.request\.urlopen|urlopen|requests\.(get|post)|os\.(system|popen)|exec)\s?[),]/
		$tool = /\bkey\s?=\s?subprocess\.[a-zA-Z_]{3,14}\s?[),]/
		$name = /\n[ \t]{1,16}__[a-z_]{2,20}__\s?=\s?(staticmethod\(\s?)?(urllib\.request\.urlopen|urlopen|requests\.(get|post)|os\.(system|popen)|subprocess\.(Popen|run|call|check_output)|exec|eval)\s?\)?\s{0,4}(#[^\n]{0,80})?\n/
		$map = /\b(map|filter|reduce|starmap)\(\s?(os\.(system|popen)|exec|urllib\.request\.urlopen)\s?,/
	condition:
		any of them
}

rule memory_program
{
	meta:
		id = "memory-program"
		category = "download-exec"
		tactic = "TA0005"
		text = "runs a fetched or decoded program from memory alone"
		on = "python"
	strings:
		$make1 = "memfd_create"
		$make2 = /syscall\(\s?(319|279|385|356)\s?,/
		$fd = "/proc/self/fd/"
		$run = /\.(fexecve|execve?|execl|posix_spawn)\(|Popen\(|subprocess\.(run|call)\(/
		$from = /urlopen\(|requests\.get\(|httpx\.get\(|\.recv\(|b64decode\(|a85decode\(|b85decode\(|zlib\.decompress\(/
	condition:
		any of ($make*) and ($fd or $run) and $run and $from
}

rule injects_fetched
{
	meta:
		id = "injects-fetched"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "puts fetched or decoded bytes into memory and starts a thread there"
		on = "python"
	strings:
		$room = /VirtualAlloc(Ex)?\b|NtAllocateVirtualMemory|HeapCreate|PROT_EXEC|\bmprotect\(/
		$put = /WriteProcessMemory|RtlMoveMemory|NtWriteVirtualMemory|\bmemmove\(|\.from_buffer\(/
		$go = /CFUNCTYPE\([^\n]{0,60}\)\(|WINFUNCTYPE\([^\n]{0,60}\)\(|Create(Remote)?Thread(Ex)?\b|NtCreateThreadEx|QueueUserAPC|EnumSystemLocales|CreateFiber|SetThreadContext/
		$from = /urlopen\(|requests\.get\(|httpx\.get\(|\.recv\(|b64decode\(|zlib\.decompress\(/
		$long = /(\\x[0-9a-fA-F]{2}[bB'" \t\r\n]{0,16}){64}/
	condition:
		$room and $put and $go and any of ($from, $long)
}

rule chat_door
{
	meta:
		id = "chat-door"
		category = "remote-control"
		tactic = "TA0011"
		text = "executes code and commands that come as chat messages"
		on = "python"
	strings:
		$text = /\b(message|msg|event|update|ctx|update\.message)\.(text|content|raw_text|message|body|caption)\b/
		$code = /\b(a?exec|a?eval|aexec|meval)\(\s?[^\n]{0,60}\b(message|msg|event|update|ctx)\.(text|content|raw_text|message|body)\b/
		$shell = /(create_subprocess_(exec|shell)|Popen|check_output|subprocess\.run|getoutput|os\.(system|popen))\([^\n]{0,60}\b(message|msg|event|update|ctx)\.(text|content|raw_text|message|body)\b/
	condition:
		all of them
}

rule tunnel
{
	meta:
		id = "tunnel"
		category = "remote-control"
		tactic = "TA0011"
		text = "opens connections that a fixed server orders, and passes on what comes"
		on = "python"
	strings:
		$server = /wss?:\/\/[a-z0-9]|create_connection\(\(\s?['"][a-z0-9.-]{4,60}['"]\s?,\s?[0-9]|\.connect\(\(\s?['"][a-z0-9.-]{4,60}['"]\s?,\s?[0-9]/
		$orders = /(create_connection|open_connection|\.connect)\(\(?\s?(\*?[a-z_]{1,12}\[['"]?[a-z_0-9]{1,12}['"]?\]|[a-z_]{1,12}\.get\(['"])\s?,?\s?[a-z_]{0,12}[\[.)]/
		$ask = /json\.loads\(|struct\.unpack\(|\.split\(/
		$take = /\.recv\(|\.read\(|await ws/
		$back = /\.send(all)?\([^\n]{0,80}\.recv\(|\.send(all)?\([^\n]{0,80}(data|chunk|buf)\b/
		$loop = /while\s{1,2}(True|1)\b|async for\s/
		$named = /(create_connection|\.connect)\(\(\s?(host|addr|address|dst|target|h|ip)\b/
		$unpack = /(struct\.unpack|json\.loads|int\.from_bytes)\([^\n]{0,40}\.recv\(/
	condition:
		$server and $loop and (($orders and $ask and $take and $back) or ($named and $unpack))
}

rule keys_sent
{
	meta:
		id = "keys-sent"
		category = "spying"
		tactic = "TA0009"
		text = "gathers the keys that are pressed and sends them to a fixed address"
		on = "python"
	strings:
		$listen = /pynput|keyboard\.(on_press|on_release|hook|record)\(|GetAsyncKeyState|SetWindowsHookEx/
		$keep = /(\+=|append\(|\.write\()\s?(str\(\s?(k|key|event|e)\b|(k|key|event|e)\.(char|name)\b)/
		$send = /(urlopen|requests\.(post|put|get)|httpx\.post)\(\s?f?['"]https?:\/\/|sendall\(|sendmail\(|storbinary\(/
	condition:
		all of them
}

rule dated_destruction
{
	meta:
		id = "dated-destruction"
		category = "impact"
		tactic = "TA0040"
		text = "destroys data from a date on that stands in the code"
		on = "python"
	strings:
		$date1 = /(today|now|utcnow)\([^\n)]{0,24}\)[^\n]{0,24}\s?(>=?|==)\s?(datetime\.)?(date|datetime)\(\s?20[0-9]{2}/
		$date2 = /\btime\(\)\s?>=?\s?1[0-9]{9}\b/
		$spoil = /rmtree\(|drop (table|database)|truncate table|rm -rf|os\.(remove|unlink)\(|write(_bytes)?\(\s?(os\.urandom|secrets\.token_bytes)|\bmkfs|\bdd if=/ nocase
	condition:
		for any i in (1..#spoil) : ($date1 in (@spoil[i] - 500 .. @spoil[i]) or $date2 in (@spoil[i] - 500 .. @spoil[i]))
}

rule placed_destruction
{
	meta:
		id = "placed-destruction"
		category = "impact"
		tactic = "TA0040"
		text = "destroys files by itself in one country or time zone"
		on = "python"
		context = "install startup import"
	strings:
		$place = /country|tzname|getdefaultlocale\(|getlocale\(|GetUserDefaultUILanguage|Europe\/(Moscow|Minsk|Kiev|Kyiv)|Asia\/(Tehran|Jerusalem)/
		$test = /(==|\bin)\s?[\[({]?\s?['"]([A-Z]{2,3}|[+-]0[0-9]|(ar|az|be|de|en|es|fa|fr|he|hi|hy|it|iw|ja|ka|kk|ko|ky|pl|pt|ro|ru|tg|tk|tr|uk|uz|vi|zh)(_[A-Z]{2})?|Europe\/[A-Z][a-z]{3,10}|Asia\/[A-Z][a-z]{3,10})['"]/
		$walk = /os\.walk\(|\.rglob\(|os\.listdir\(|scandir\(/
		$spoil = /rmtree\(|os\.(remove|unlink)\(|open\([^\n]{1,80}['"]wb?['"]|write_(text|bytes)\(/
	condition:
		all of them
}

rule pool_start
{
	meta:
		id = "pool-start"
		category = "mining"
		tactic = "TA0040"
		text = "starts a program with the address of a mining pool"
		on = "python"
	strings:
		$pool1 = /"-o",\s?f?"[^"\n]{4,80}:[0-9]{3,5}"/
		$pool2 = /'-o',\s?f?'[^'\n]{4,80}:[0-9]{3,5}'/
		$pool3 = /--(url|pool)['"=]{1}(,\s?)?f?['"]?[^'"\n]{4,80}:[0-9]{3,5}['"]/
		$who1 = "\"-u\""
		$who2 = "'-u'"
		$who3 = /--(user|wallet|address)['"= ]/
		$mode = /chmod\(|0o7[0-7]{2}|memfd_create|S_IXUSR|S_IEXEC|\.exe['"]/
		$stratum = /stratum\+(tcp|ssl|tcps|tls):\/\//
		$quiet = /DEVNULL|CREATE_NO_WINDOW|0x0?8000000\b|nohup |STARTF_USESHOWWINDOW/
		$start = /Popen\(|subprocess\.(run|call)\(|os\.(system|exec[lv]|spawn[lv])/
	condition:
		$start and ((any of ($pool*) and any of ($who*) and $mode) or ($stratum and $quiet))
}

rule ransom_demand
{
	meta:
		id = "ransom-demand"
		category = "impact"
		tactic = "TA0040"
		text = "demands money for data that it encrypts, overwrites or drops"
		on = "python script binary"
	strings:
		$pay = /\b(pay|send|transfer|payment)\s[^\n"']{0,40}\b(bitcoins?|btc|monero|xmr|eth|usdt)\b/ nocase
		$time = /\bwithin\s{1,2}[0-9]{1,3}\s{1,2}(hours|days)\b/ nocase
		$gone = /\b(files?|documents|data|photos|databases?|disk)\b[^\n"']{0,40}\b(encrypted|locked|stolen|gone|backed up|been taken)\b/ nocase
		$name = /['"\/](READ[-_ ]?ME|HOW|RECOVER|DECRYPT|RESTORE)[-_ A-Z]{0,24}(RECOVER|DECRYPT|RESTORE|UNLOCK|RANSOM|FILES)[-_A-Z]{0,24}(\.txt|\.html)?['"]/
		$walk = /os\.walk\(|\.rglob\(|scandir\(|list_collection_names\(|list_database_names\(|show (tables|databases)|information_schema|glob\(/ nocase
		$spoil = /encrypt\(|token_bytes\(|urandom\(|\.drop(_database|_collection)?\(|drop (table|database)|truncate table|pycryptodome|AES\.new\(/ nocase
		$put = /open\(|write_(text|bytes)\(|insert(_one| into)|\.execute\(/ nocase
	condition:
		$walk and $put and ((2 of ($pay, $time, $gone, $name) and $spoil) or 3 of ($pay, $time, $gone, $name))
}

rule files_overwritten
{
	meta:
		id = "files-overwritten"
		category = "impact"
		tactic = "TA0040"
		text = "overwrites or removes the files of whole folders unasked"
		on = "python"
		context = "install startup import"
	strings:
		$walk = /os\.walk\(|\.rglob\(|os\.listdir\(|scandir\(/
		$random = /write(_bytes)?\(\s?(secrets\.token_bytes|os\.urandom|random\.randbytes)\(/
		$inplace = /open\([^\n]{0,80}['"](r\+b|rb\+|wb)['"]/
		$kinds = /\.(docx?|xlsx?|pdf|jpe?g|psd|sql|bak|kdbx)['"]/
		$zero = /write\(\s?b?['"](\\0|\\x00|0)['"]\s?\*\s?/
		$home = /expanduser\(\s?['"]~|Path\.home\(\)/
		$root = /os\.(listdir|scandir)\(\s?['"](\/|[A-Z]:[\\\/]{1,2}|\/home\/?|\/mnt\/?)['"]\s?\)/
		$rmtree = /(rmtree|os\.remove|os\.unlink)\(/
	condition:
		($walk and $random and $inplace and $kinds) or ($walk and $zero and $inplace and $home) or ($root and $rmtree)
}

rule remote_destroy
{
	meta:
		id = "remote-destroy"
		category = "impact"
		tactic = "TA0040"
		text = "destroys data when a page says so"
		on = "python"
	strings:
		$ask = /(urlopen\([^\n]{1,120}\.read\(\)|requests\.get\([^\n]{1,120}\.(text|content|json\(\)))[^\n]{0,40}(==|\sin\s|!=)\s?b?['"a-z(]/
		$rm = /rm\s{1,2}-(rf|fr|r)\s|rmtree\(|(drop|truncate) table|\.drop(_database)?\(|rd \/s \/q|del \/[fsq] /
	condition:
		all of them
}

rule source_taken
{
	meta:
		id = "source-taken"
		category = "exfiltration"
		tactic = "TA0010"
		text = "sends the source of who calls it, or of their notebook, to a fixed address"
		on = "python"
	strings:
		$stack = /inspect\.(stack|currentframe)\(|sys\._getframe\(/
		$file = /open\(\s?[a-z_]{1,12}\.(filename|f_code\.co_filename)|getsource\(\s?(sys\.modules\[['"]__main__|[a-z_]{1,12}\.f_)/
		$cell = ".raw_cell"
		$bundle = /git['", ]{1,6}\s?['"]?bundle['", ]{1,6}\s?['"]?create/
		$send = /urlopen\(|requests\.(post|put)\(|httpx\.(post|put)\(|HTTPS?Connection\(/
		$url = /['"]https?:\/\/[a-z0-9]/
	condition:
		$send and $url and (($stack and $file) or $cell or $bundle)
}

rule watch_sent
{
	meta:
		id = "watch-sent"
		category = "spying"
		tactic = "TA0009"
		text = "takes pictures, sound or keys again and again and sends them to a fixed place"
		on = "python"
	strings:
		$take = /ImageGrab\.grab\(|pyautogui\.screenshot\(|mss\.mss\(|pyscreenshot\.grab|VideoCapture\(|sounddevice|pyaudio\.PyAudio|keyboard\.(on_press|record|hook)\(|pynput/
		$again = /while\s{1,2}(True|1)\s?:|sleep\(|Timer\(|\.time\(\)\s?-/
		$to1 = /FTP(_TLS)?\(\s?['"][a-z0-9.-]{4,60}['"]/
		$to2 = /api\.telegram\.org\/bot[0-9]{6,12}:/
		$to3 = /\/api\/webhooks\/[0-9]{10,20}\//
		$to4 = /['" ]xox[bp]-[0-9A-Za-z]{6}/
		$to5 = /https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}[:\/'"]/
		$send = /storbinary\(|requests\.(post|put)\(|urlopen\(|httpx\.post\(/
	condition:
		$take and $again and $send and any of ($to*)
}

rule home_removed
{
	meta:
		id = "home-removed"
		category = "impact"
		tactic = "TA0040"
		text = "removes a whole home or disk"
		on = "python"
	strings:
		$a = /rmtree\(\s?(pathlib\.)?(Path\.home\(\)|Path\(\s?['"](~|\/)['"]\s?\)(\.expanduser\(\))?|os\.path\.expanduser\(\s?['"](~|~\/|~\/Documents|~\/Desktop)['"]\s?\)|['"](\/|\/home\/?|[A-Z]:[\\\/]{1,2})['"]|os\.environ\[['"](HOME|USERPROFILE)['"]\])\s?[,)]/
	condition:
		any of them
}

rule home_sent
{
	meta:
		id = "home-sent"
		category = "exfiltration"
		tactic = "TA0010"
		text = "goes through a home and stores what it finds on a fixed server"
		on = "python"
	strings:
		$walk = /os\.walk\(|\.rglob\(|scandir\(|glob\.i?glob\(/
		$home = /expanduser\(|Path\.home\(\)|environ(\.get\()?\[?['"](HOME|USERPROFILE)['"]/
		$to = /FTP(_TLS)?\(\s?['"][a-z0-9.-]{4,60}['"]|\.connect\(\s?['"][a-z0-9.-]{4,60}['"]\s?,[^\n]{0,40}password\s?=\s?['"]/
		$send = /storbinary\(|\.putfo?\(/
	condition:
		all of them
}

rule home_served
{
	meta:
		id = "home-served"
		category = "exfiltration"
		tactic = "TA0010"
		text = "serves a home or disk through a tunnel"
		on = "python"
	strings:
		$serve = "SimpleHTTPRequestHandler"
		$home = /(chdir|directory\s?=)\(?\s?(os\.path\.expanduser\(\s?['"]~|(pathlib\.)?Path\.home\(\)|['"]\/['"])/
		$tunnel = /pyngrok|ngrok|cloudflared|localtunnel|serveo\.net|localhost\.run|bore\.pub|pinggy/
	condition:
		all of them
}

rule login_offered
{
	meta:
		id = "login-offered"
		category = "remote-control"
		tactic = "TA0011"
		text = "lets a server log into this machine through a reverse tunnel"
		on = "python script"
	strings:
		$a = /\bssh['", ][^\n]{0,120}-[NfTnq]{0,4}R['", ]{0,6}[^\n'"]{0,40}:(22|3389|5900)\b/
		$key = /StrictHostKeyChecking=no|UserKnownHostsFile=\/dev\/null/
	condition:
		all of them
}

rule chat_order
{
	meta:
		id = "chat-order"
		category = "remote-control"
		tactic = "TA0011"
		text = "asks a chat service for messages and runs them as commands"
		on = "python"
	strings:
		$chat = /getUpdates|conversations_history|conversations\.history|\/channels\/[0-9{%][^\n'"]{0,24}\/messages|get_updates\(|client\.messages\(|iter_messages\(/
		$run = /(getoutput|check_output|popen|Popen|subprocess\.(run|call)|os\.system|\bexec|\beval)\(\s?[^\n]{0,24}(\[['"](text|content|body|command|cmd)['"]\]|\.(text|content|raw_text))/
	condition:
		all of them
}

rule master_password
{
	meta:
		id = "master-password"
		category = "remote-control"
		tactic = "TA0003"
		text = "lets in whoever knows a password whose digest stands in the code"
		on = "python"
	strings:
		$let = /\n[ \t]{1,16}if\s[^\n]{0,60}\b(password|passwd|pw|digest|hashed|hash|h|key|token|secret)\b[^\n]{0,30}==\s?b?['"][0-9a-f]{32,128}['"]\s?(\)|:)[^\n]{0,20}\n[ \t]{1,24}return (True|1|user|admin)\b/
		$let2 = /compare_digest\([^\n]{0,60},\s?b?['"][0-9a-f]{32,128}['"]\s?\)\s?:\s{0,3}\n[ \t]{1,24}return (True|1|user|admin)\b/
	condition:
		any of them
}

rule bandwidth_shared
{
	meta:
		id = "bandwidth-shared"
		category = "mining"
		tactic = "TA0040"
		text = "starts a program of the package that earns money with the machine or its connection, out of sight"
		on = "python"
		context = "install startup import call"
	strings:
		$here = /__file__|resources\.files\(|pkgutil\.get_data\(/
		$start = /Popen\(|subprocess\.(run|call)\(|os\.(spawn[lv]|posix_spawn)/
		$quiet = /DEVNULL|CREATE_NO_WINDOW|0x0?8000000\b|134217728|DETACHED_PROCESS|STARTF_USESHOWWINDOW/
		$tos = /['"]-{0,2}accept-?(tos|terms|eula|license)['"=]/
		$partner = /['"]--?(partner|partner-id|publisher|referral|ref-id|campaign|affiliate)['"=]/
		$device = /['"]--?(device|device-name|device-id|node-name|worker|rig)['"=]/
		$peer = /['"]--?(peer|peers|exit-node|relay|share-bandwidth)['"=]/
		$pool = /['"]--?(pool|wallet|payout|payout-address|earn)['"=]/
	condition:
		$here and $start and $quiet and 2 of ($tos, $partner, $device, $peer, $pool)
}
