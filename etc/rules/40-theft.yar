/* SPDX-License-Identifier: Apache-2.0 */
/* Stores of secrets, and what takes them. */

rule discord_token_grab
{
	meta:
		id = "discord-token-grab"
		category = "credential-theft"
		tactic = "TA0006"
		text = "searches the disk for Discord's access tokens"
		on = "python script binary"
	strings:
		$rx1 = /\[\\w-\]\{2[0-9](,2[0-9])?\}\\\.\[\\w-\]\{6\}\\\.\[\\w-\]\{2[0-9]/
		$rx2 = "dQw4w9WgXcQ:[^"
		$rx3 = /mfa\\\.\[\\w-\]\{8[04]\}/
		$db = "leveldb"
		$api = /discord(app)?\.com\/api\/v[0-9]{1,2}\/users\/@me/
		$place1 = "Local Storage"
		$place2 = "AppData" nocase
		$place3 = "discordcanary" nocase
		$place4 = "Local State"
		$place5 = ".config/discord"
	condition:
		(any of ($rx*) and any of ($db, $api, $place*)) or ($db and $api)
}

rule browser_password_theft
{
	meta:
		id = "browser-password-theft"
		category = "credential-theft"
		tactic = "TA0006"
		text = "reads and decrypts a browser's stored passwords"
		on = "python script binary"
		needs = "deed"
	strings:
		$db = "Login Data"
		$state = "Local State"
		$sql = /SELECT\s[^"']{0,80}password_value\s[^"']{0,60}FROM\s{1,2}logins/ nocase
		$crypt = "CryptUnprotectData"
		$key = "encrypted_key"
		$moz = "logins.json"
		$moz2 = "key4.db"
	condition:
		($sql and any of ($crypt, $key, $state)) or ($db and $crypt and any of ($key, $state)) or ($moz and $moz2 and any of ($crypt, $sql))
}

rule browser_cookie_reading
{
	meta:
		id = "browser-cookies"
		category = "credential-theft"
		tactic = "TA0006"
		text = "reads and decrypts a browser's cookies"
		on = "python script binary"
	strings:
		$crypt = "CryptUnprotectData"
		$cookies = /SELECT\s[^"']{0,80}encrypted_value[^"']{0,60}FROM\s{1,2}cookies/ nocase
	condition:
		all of them
}

rule wallet_theft
{
	meta:
		id = "wallet-theft"
		category = "credential-theft"
		tactic = "TA0006"
		text = "looks for the files of several crypto wallets"
		on = "python script binary"
		context = "install startup import call data"
	strings:
		$a = "nkbihfbeogaeaoehlefnkodbefgpgknn"
		$b = "bfnaelmomeimhlpmgjnjophhpkkoljpa"
		$c = "fhbohimaelbohpjbbldcngcnapndodjp"
		$d = "ejbalbakoplchlghecdalmeeeajnimhm"
		$e = /Exodus[\\\/]{1,2}exodus\.wallet/ nocase
		$f = /Electrum[\\\/]{1,2}wallets/ nocase
		$g = /atomic[\\\/]{1,2}Local Storage[\\\/]{1,2}leveldb/ nocase
		$h = /Ethereum[\\\/]{1,2}keystore/ nocase
		$i = /Guarda[\\\/]{1,2}Local Storage/ nocase
		$j = /Coinomi[\\\/]{1,2}Coinomi[\\\/]{1,2}wallets/ nocase
		$k = "ibnejdfjmmkpcnlpebklmnkoeoihofec"
		$l = "hnfanknocfeofbddgcijnmhnfnkdnaad"
		$m = /Zcash|Armory|bytecoin|Jaxx/
	condition:
		3 of them
}

rule clipboard_swap
{
	meta:
		id = "clipboard-swap"
		category = "credential-theft"
		tactic = "TA0009"
		text = "watches the clipboard for crypto addresses"
		on = "python script binary"
	strings:
		$clip = "pyperclip"
		$clip2 = "GetClipboardData"
		$clip3 = /clipboard\.(paste|get)/
		$btc = /\^?\(?(\[13\]|bc1|\[13\]\[)[^\n]{0,40}(a-km-zA-HJ-NP-Z|A-HJ-NP-Z)/
		$eth = /0x\[(a-fA-F0-9|0-9a-fA-F|a-f0-9|0-9a-f|A-Fa-f0-9|0-9A-Fa-f)\]\{40\}/
		$loop = /while\s{1,2}(True|1)\s?:/
		$get = /clipboard_get\(|\.paste\(\)|GetClipboardData\(|pbpaste|xclip[^\n]{0,40}-o\b|xsel[^\n]{0,20}-b?o\b/
		$put = /clipboard_append\(|(pyperclip|clipboard)\.copy\(|SetClipboard(Data|Text)\(|pbcopy|xclip[^\n]{0,40}-i\b|['"](xclip|xsel|wl-copy|clip)['"][^\n]{0,80}input\s?=/
		$len1 = /len\([a-z_]{1,12}\)\s?(==|in)\s?\(?(42|34|44|95|62)\b/
		$head = /(startswith\(\s?\(?|\[:[1-4]\]\s?(==|in)\s?\(?|\[0\]\s?(==|in)\s?\(?)\s?['"](0x|bc1|T|1|3|4|ltc1|addr1)['"]/
		$again = /while\s{1,2}(True|1|not\s|[a-z_.]{1,20})\s?:|\.after\(\s?[0-9]|Timer\(|sleep\(/
	condition:
		(any of ($clip*) and any of ($btc, $eth) and $loop) or ($get and $put and $again and ($len1 or any of ($btc, $eth)) and ($head or any of ($btc, $eth)))
}

rule key_logger
{
	meta:
		id = "key-logger"
		category = "spying"
		tactic = "TA0009"
		text = "records the keyboard and sends it away"
		on = "python"
	strings:
		$a = /pynput(\.keyboard)?\s{1,2}import\s[^\n]{0,60}(keyboard|Listener)/
		$b = "pynput.keyboard.Listener"
		$c = /keyboard\.on_(press|release)\(/
		$d = "SetWindowsHookEx"
		$e = "GetAsyncKeyState"
		$send1 = "requests.post"
		$send2 = "smtplib"
		$send3 = "sendMessage"
		$send4 = "/api/webhooks/"
	condition:
		any of ($a, $b, $c, $d, $e) and any of ($send*)
}

rule screen_and_camera
{
	meta:
		id = "screen-and-camera"
		category = "spying"
		tactic = "TA0009"
		text = "takes pictures of screen or camera and sends them away"
		on = "python"
	strings:
		$a = "ImageGrab.grab"
		$b = "pyautogui.screenshot"
		$c = /mss\.mss\(\)/
		$d = /cv2\.VideoCapture\(0\)/
		$hook = "/api/webhooks/"
		$bot = "api.telegram.org/bot"
		$mail = "smtp.gmail.com"
	condition:
		any of ($a, $b, $c, $d) and any of ($hook, $bot, $mail)
}

rule key_files_sent
{
	meta:
		id = "key-files-sent"
		category = "credential-theft"
		tactic = "TA0006"
		text = "gathers key files of several services beside a network call"
		on = "python script"
		needs = "deed"
		context = "install startup import call"
	strings:
		$ssh = /\.ssh[\/\\'", ]{1,6}id_(rsa|ed25519|dsa|ecdsa)/
		$aws = ".aws/credentials"
		$kube = ".kube/config"
		$npm = ".npmrc"
		$pypi = ".pypirc"
		$git = ".git-credentials"
		$docker = ".docker/config.json"
		$gcp = "application_default_credentials.json"
		$env = /['"\/]\.env['"]/
		$bash = ".bash_history"
		$netrc = ".netrc"
		$shadow = "/etc/shadow"
		$send1 = /requests\.(post|put|get)\(/
		$send2 = "urlopen("
		$send3 = "HTTPSConnection("
		$send4 = "curl "
		$send5 = "httpx."
	condition:
		3 of ($ssh, $aws, $kube, $npm, $pypi, $git, $docker, $gcp, $env, $bash, $netrc, $shadow) and any of ($send*)
}

rule environment_sent
{
	meta:
		id = "environment-sent"
		category = "exfiltration"
		tactic = "TA0010"
		text = "packs the whole environment into a request"
		on = "python"
		context = "install startup import"
	strings:
		$a = /(data|json|params)\s?=\s?(dict\()?os\.environ\b[^.\[]/
		$b = /json\.dumps\(\s*(dict\()?os\.environ(\.copy\(\))?\s*\)/
		$c = /urlencode\(\s*(dict\()?os\.environ/
		$d = /base64\.b64encode\(\s*(str|json\.dumps|repr)\(\s*(dict\()?os\.environ/
		$net = /requests\.|urlopen|http\.client|httpx|aiohttp|socket\./
	condition:
		any of ($a, $b, $c, $d) and $net
}

rule cloud_credentials
{
	meta:
		id = "cloud-credentials"
		category = "credential-theft"
		tactic = "TA0006"
		text = "asks the cloud's metadata service for keys at install or import"
		on = "python script"
		context = "install startup import"
	strings:
		$aws = "169.254.169.254/latest/meta-data/iam/security-credentials"
		$ecs = "169.254.170.2"
		$gcp = "metadata.google.internal/computeMetadata/v1/instance/service-accounts"
		$send = /requests\.(post|put)\(|urlopen\([^)]{0,60}data\s?=/
	condition:
		any of ($aws, $ecs, $gcp) and $send
}

rule telegram_session_theft
{
	meta:
		id = "telegram-session-theft"
		category = "credential-theft"
		tactic = "TA0006"
		text = "copies the session of a chat program"
		on = "python script"
	strings:
		$a = /Telegram Desktop[\\\/]{1,2}tdata/
		$b = /['"]tdata['"]/
		$zip = /zipfile|make_archive|ZipFile/
		$send = /requests\.post|sendDocument|webhooks/
	condition:
		any of ($a, $b) and $zip and $send
}

rule key_pair_tap
{
	meta:
		id = "key-pair-tap"
		category = "credential-theft"
		tactic = "TA0006"
		text = "taps a wallet library's keys by replacing its functions"
		on = "python"
	strings:
		$a = /Keypair\.(from_|__init__|generate)[a-z_]{0,20}\s?=\s/
		$b = /Account\.(from_key|create|privateKeyToAccount)\s?=\s/
		$c = /setattr\(\s*(Keypair|Account|LocalAccount|SigningKey)\s*,/
		$d = /Keypair\.__init__\s?=/
		$net = /requests|Client\(|HTTPProvider|sendTransaction|send_transaction|urlopen/
	condition:
		any of ($a, $b, $c, $d) and $net
}
