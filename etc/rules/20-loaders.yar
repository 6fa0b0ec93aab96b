/* SPDX-License-Identifier: Apache-2.0 */
/* Code that unwraps and runs other code. */

rule fernet_literal
{
	meta:
		id = "fernet-literal"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "decrypts a payload with a key written beside it"
		on = "python"
		quoted = "data"
	strings:
		$key = /Fernet\(\s*b?['"][A-Za-z0-9_-]{43}=['"]/
		$data = /decrypt\(\s*b?['"]gAAAA[A-Za-z0-9_-]{40}/
		$split = /['"]gAAAA[A-Za-z0-9_-]{80}/
		$run = "exec("
	condition:
		($key and ($data or $split)) or ($data and $run)
}

rule exec_base64_line
{
	meta:
		id = "exec-base64-line"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "executes base64 in one breath"
		on = "python script"
		quoted = "data"
	strings:
		$a = /exec\(\s*(__import__\(['"]base64['"]\)|base64|b64)\.[a-z0-9_]{0,10}b64decode\(\s*b?['"][A-Za-z0-9+\/=]{24}/
		$b = /eval\(\s*compile\(\s*(base64|__import__\(['"]base64['"]\))\.b64decode\(/
		$c = /exec\(\s*(zlib|__import__\(['"]zlib['"]\))\.decompress\(\s*(base64|__import__\(['"]base64['"]\))\.b64decode\(\s*b?['"]/
		$d = /exec\(\s*bytes\.fromhex\(\s*['"][0-9a-fA-F]{24}/
	condition:
		any of them
}

rule lambda_unpacker
{
	meta:
		id = "lambda-unpacker"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "a nameless function that reverses, decodes and unpacks"
		on = "python"
		quoted = "data"
	strings:
		$a = /lambda\s{1,2}_{1,6}\s{0,2}:\s{0,2}__import__\(['"](zlib|gzip|bz2|lzma)['"]\)\.decompress\(\s*__import__\(['"]base64['"]\)\.b(64|32|85)decode\(/
		$b = /exec\(\(_{1,6}\)\(b['"]/
	condition:
		any of them
}

rule marshal_exec
{
	meta:
		id = "marshal-exec"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "executes compiled Python from a literal"
		on = "python"
		quoted = "data"
	strings:
		$a = /exec\(\s*(marshal|__import__\(['"]marshal['"]\))\.loads\(\s*(b['"]|zlib|base64|lzma|gzip|bz2|__import__)/
		$b = /marshal\.loads\(\s*b['"]\\x(e3|63)\\x00/
	condition:
		any of them
}

rule obfuscator_mark
{
	meta:
		id = "obfuscator-mark"
		category = "obfuscation"
		tactic = "TA0005"
		text = "signed by an obfuscator that malware likes"
		on = "python"
	strings:
		$a = "BlankOBF" nocase
		$b = "Obfuscated by PyObfuscate" nocase
		$c = /# Obfuscated (with|by) (Hyperion|Kramer|Berserker|Vare|Jawbreaker)/ nocase
		$d = "self.__hyperion__"
		$e = "https://github.com/billythegoat356/Hyperion"
		$f = /class Kyrie\(\):|class Kramer\(\):/
		$g = "development-tools.net/python-obfuscator"
		$h = "pyobfuscate.com"
	condition:
		any of them
}

rule pyarmor_runtime
{
	meta:
		id = "pyarmor-runtime"
		category = "obfuscation-shape"
		tactic = "TA0005"
		text = "packed by a commercial obfuscator"
		on = "python"
	strings:
		$a = /__pyarmor__\(__name__,\s*__file__,\s*b['"]/
		$b = /from pyarmor_runtime_[0-9]{6} import __pyarmor__/
	condition:
		any of them
}

rule tempfile_loader
{
	meta:
		id = "tempfile-loader"
		category = "download-exec"
		tactic = "TA0002"
		text = "writes a fetching one-liner to a temporary file and starts it"
		on = "python"
	strings:
		$temp = "NamedTemporaryFile"
		$fetch = /exec\(_?_?u?urlopen\(/
		$fetch2 = /exec\([a-z_.]{0,24}urlopen\([^)]{4,120}\)\.read\(\)/
		$start = /start \{?_?e?executable/
		$pythonw = "pythonw"
		$w = ".replace('.exe', 'w.exe')"
	condition:
		$temp and any of ($fetch*) and any of ($start, $pythonw, $w)
}

rule chr_chain
{
	meta:
		id = "chr-chain"
		category = "obfuscation"
		tactic = "TA0005"
		text = "spells words as character codes"
		on = "python"
		quoted = "data"
	strings:
		$a = /chr\([0-9]{2,3}\)\s?\+\s?chr\([0-9]{2,3}\)\s?\+\s?chr\([0-9]{2,3}\)\s?\+\s?chr\([0-9]{2,3}\)\s?\+\s?chr\([0-9]{2,3}\)\s?\+\s?chr\([0-9]{2,3}\)/
		$b = /(exec|eval)\(\s*(['"]{2}|str\(\))\.join\(\s*(map\(chr|chr\(|\[chr\()/
		$c = /(exec|eval)\(\s*bytes\(\s*\[\s*[0-9]{2,3}\s*,\s*[0-9]{2,3}\s*,/
	condition:
		any of them
}

rule spelled_builtin
{
	meta:
		id = "spelled-builtin"
		category = "obfuscation"
		tactic = "TA0005"
		text = "reaches exec or eval through an escaped name"
		on = "python"
	strings:
		// the whole word: "executable" and "retrieval" hold it too, and
		// what a resource compiler writes is letters with their texts
		$exec = /([^\\0-9a-f\n]|[^\\\r]\n|[^\\]\r\n|[^\\0-9a-f]\\\r?\n|\\[0abf]|\\x([0-38-9a-f][0-9a-f]|40|5[b-f]|60|7[b-f])(\\\r?\n)?)\\x65\\x78\\x65\\x63(\\\r?\n)?([^\\]|\\[^x\r\n]|\\x([0-38-9a-f][0-9a-f]|40|5[b-f]|60|7[b-f]|6c|76))/ nocase
		$eval = /([^\\0-9a-f\n]|[^\\\r]\n|[^\\]\r\n|[^\\0-9a-f]\\\r?\n|\\[0abf]|\\x([0-38-9a-f][0-9a-f]|40|5[b-f]|60|7[b-f])(\\\r?\n)?)\\x65\\x76\\x61\\x6c(\\\r?\n)?([^\\]|\\[^x\r\n]|\\x([0-38-9a-f][0-9a-f]|40|5[b-f]|60|7[b-f]))/ nocase
		$imp = "\\x5f\\x5f\\x69\\x6d\\x70\\x6f\\x72\\x74" nocase
		$oct = "\\145\\170\\145\\143"
		$rev = /['"]cexe['"]\[::-1\]/
	condition:
		any of them
}

rule exec_response
{
	meta:
		id = "exec-response"
		category = "dynamic-exec"
		tactic = "TA0002"
		text = "executes an answer from the network"
		on = "python script"
		quoted = "kept"
	strings:
		$a = /(exec|eval)\(\s*(requests|httpx|r|req|s|session)\.get\([^)]{6,200}\)\.(text|content)/
		$b = /(exec|eval)\(\s*([a-z_.]{0,24}\.)?urlopen\([^)]{4,200}\)\.read\(\)/
		$c = /(exec|eval)\(\s*__import__\(['"](requests|urllib\.request|urllib)['"]/
	condition:
		any of them
}

rule pickle_call
{
	meta:
		id = "pickle-call"
		category = "dynamic-exec"
		tactic = "TA0002"
		text = "a pickle that calls a command when it is loaded"
		on = "binary text"
	strings:
		$a = "cposix\nsystem\n"
		$b = "cnt\nsystem\n"
		$c = "cos\nsystem\n"
		$d = "c__builtin__\nexec\n"
		$e = "cbuiltins\nexec\n"
		$f = "c__builtin__\neval\n"
		$g = "cbuiltins\neval\n"
		$h = "csubprocess\nPopen\n"
		$i = { 8c 05 70 6f 73 69 78 94 8c 06 73 79 73 74 65 6d 94 93 }
		$j = { 8c 08 62 75 69 6c 74 69 6e 73 94 8c 04 65 78 65 63 94 93 }
		$k = { 8c 08 62 75 69 6c 74 69 6e 73 94 8c 04 65 76 61 6c 94 93 }
		$m = /c(posix|nt|os|subprocess|builtins|__builtin__|runpy|pty|sys|importlib|socket)\n(system|popen|Popen|call|run|check_output|check_call|exec|eval|compile|__import__|getattr|_run_code|spawn|import_module|execv|execve)\n/
		$n = { 8c 02 6f 73 (94 | 71 ??) 8c 06 73 79 73 74 65 6d }
		$o = { 8c 02 6e 74 (94 | 71 ??) 8c 06 73 79 73 74 65 6d }
		$p = { 8c 08 62 75 69 6c 74 69 6e 73 (94 | 71 ??) 8c 0a 5f 5f 69 6d 70 6f 72 74 5f 5f }
		$q = { 8c 0a 73 75 62 70 72 6f 63 65 73 73 (94 | 71 ??) 8c (03 72 75 6e | 04 63 61 6c 6c | 0c 63 68 65 63 6b) }
		$l = { 8c 0a 73 75 62 70 72 6f 63 65 73 73 94 8c 05 50 6f 70 65 6e 94 93 }
	condition:
		any of them
}

rule xor_loader
{
	meta:
		id = "xor-loader"
		category = "process"
		tactic = "TA0005"
		text = "undoes an XOR byte by byte and starts the result"
		on = "python"
	strings:
		$read1 = /read\(\s*1\s*\)/
		$xor1 = " ^ "
		$xor2 = "^key" nocase
		$xor3 = " ^= "
		$xor4 = "^0x"
		$bytes = "'rb'"
		$bytes2 = "\"rb\""
		$shell = /shell\s?=\s?True/
		$rundll = "rundll32" nocase
		$win = "ctypes.windll"
		$start = "os.startfile"
	condition:
		any of ($xor*) and (($read1 and any of ($bytes*) and for any i in (1..#read1) : (any of ($xor*) in (@read1[i]-300..@read1[i]+300))) or $rundll) and any of ($shell, $rundll, $win, $start)
}

rule memory_loader
{
	meta:
		id = "memory-loader"
		category = "injection"
		tactic = "TA0005"
		text = "loads machine code into memory and starts it"
		on = "python script"
	strings:
		$alloc = "VirtualAlloc"
		$protect = "VirtualProtect"
		$move = "RtlMoveMemory"
		$write = "WriteProcessMemory"
		$thread = "CreateThread"
		$remote = "CreateRemoteThread"
		$ctypes = "ctypes"
		$memfd = "memfd_create"
		$fexec = /os\.(execve?|fexecve)\(/
		$mmap = "PROT_EXEC"
		$call = /CFUNCTYPE|WINFUNCTYPE/
		$code = /b['"](\\x[0-9a-f]{2}){12}/ nocase
	condition:
		($ctypes and $mmap and $call and $code) or ($ctypes and any of ($alloc, $protect) and any of ($move, $write) and any of ($thread, $remote)) or ($memfd and $fexec)
}

rule shellcode_loader
{
	meta:
		id = "shellcode-loader"
		category = "injection"
		tactic = "TA0002"
		text = "holds machine code and starts it from memory"
		on = "python script"
	strings:
		$code1 = /b?['"](\\x[0-9a-f]{2}){16}/ nocase
		$code2 = "/EiD5PDo"
		$code3 = /\\?x?fc\\?x?48\\?x?8[13]\\?x?e4\\?x?f0/ nocase
		$code4 = /0xfc,\s?0x(e8|48|eb),\s?0x[0-9a-f]{2},\s?0x/ nocase
		$room1 = "VirtualAlloc"
		$room2 = "VirtualProtect"
		$room3 = "NtAllocateVirtualMemory"
		$room4 = "WriteProcessMemory"
		$room5 = /mmap\.mmap\([^\n]{0,80}PROT_EXEC/
		$start1 = "CreateThread"
		$start2 = "CreateRemoteThread"
		$start3 = "QueueUserAPC"
		$start4 = "NtCreateThreadEx"
		$start5 = /CFUNCTYPE|WINFUNCTYPE/
		$start6 = /Enum(Windows|SystemLocales|DesktopWindows|ChildWindows)[AW]?\(/
		$ctypes = "ctypes"
		$dotnet = "DllImport"
	condition:
		any of ($code*) and any of ($room*) and any of ($start*) and any of ($ctypes, $dotnet)
}

rule bytecode_loader
{
	meta:
		id = "bytecode-loader"
		category = "dynamic-exec"
		tactic = "TA0005"
		text = "runs compiled Python from a file, past its source"
		on = "python"
		context = "install startup import"
	strings:
		$loader = /(=|= |return |\(|\.)SourcelessFileLoader\s?\(/
		$imp = /\bimp\.load_compiled\s?\(/
		$marshal = /marshal\.loads?\s?\(/
		$head1 = "[16:]"
		$head2 = "[12:]"
		$head3 = "[8:]"
		$head4 = "seek(16)"
		$head5 = "seek(12)"
		$head6 = "read(16)"
		$head7 = "read(12)"
		$run = /\bexec\s?\(|FunctionType\s?\(/
	condition:
		$loader or $imp or ($marshal and any of ($head*) and $run)
}

rule codec_exec
{
	meta:
		id = "codec-exec"
		category = "obfuscation"
		tactic = "TA0005"
		text = "registers a codec of its own and executes what it decodes"
		on = "python"
		context = "install startup import call"
	strings:
		$reg = "codecs.register("
		$run = /[^.A-Za-z_](exec|eval)\(/
		$dec1 = "b64decode"
		$dec2 = "fromhex"
		$dec3 = "decompress("
		$dec4 = "rot13"
		$dec5 = "marshal"
	condition:
		$reg and $run and any of ($dec*)
}

rule requires_foreign
{
	meta:
		id = "requires-foreign"
		category = "dependency"
		tactic = "TA0001"
		text = "requires a package from a plain or nameless address"
		on = "python text"
		context = "install"
	strings:
		$url = /['"][A-Za-z0-9._-]{1,60}\s{0,2}(\[[a-z, ]{1,40}\])?\s{0,2}@\s{0,2}(git\+)?http:\/\//
		$ip = /@\s{0,2}(git\+)?https?:\/\/[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}/
		$links = /dependency_links\s?=\s?\[\s*['"]http:\/\//
	condition:
		any of them
}
