/* SPDX-License-Identifier: Apache-2.0 */
/* Keys of the places where stolen data goes.  Bare hosts are in
 * endpoints.tsv. */

rule discord_webhook
{
	meta:
		id = "discord-webhook"
		category = "endpoint"
		tactic = "TA0010"
		text = "a Discord webhook with its key is written into the code"
		on = "python script binary"
	strings:
		$a = /discord(app)?\.com\/api\/(v[0-9]{1,2}\/)?webhooks\/[0-9]{16,20}\/[A-Za-z0-9_-]{50,90}/
	condition:
		$a
}

rule telegram_bot_key
{
	meta:
		id = "telegram-bot-key"
		category = "endpoint"
		tactic = "TA0010"
		text = "a Telegram bot's key is written into the code"
		on = "python script binary"
	strings:
		$api = "api.telegram.org"
		$lib = "telebot"
		$send = "sendMessage"
		$doc = "sendDocument"
		$key = /([^0-9A-Za-z_-]|bot)[0-9]{8,10}:AA[A-Za-z0-9_-]{33}[^A-Za-z0-9_-]/
	condition:
		$key and any of ($api, $lib, $send, $doc)
}

rule slack_webhook
{
	meta:
		id = "slack-webhook"
		category = "endpoint"
		tactic = "TA0010"
		text = "a Slack webhook with its key is written into the code"
		on = "python script binary"
	strings:
		$a = /hooks\.slack\.com\/services\/T[A-Z0-9]{8,12}\/B[A-Z0-9]{8,12}\/[A-Za-z0-9]{20,28}/
	condition:
		$a
}

rule onion_address
{
	meta:
		id = "onion-address"
		category = "endpoint"
		tactic = "TA0011"
		text = "an address of a hidden service is written into the code"
		on = "python script binary"
		context = "install startup import call"
	strings:
		$a = /[^a-z2-7][a-z2-7]{56}\.onion/
	condition:
		$a
}
