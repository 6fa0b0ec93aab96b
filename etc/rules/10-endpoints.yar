/* SPDX-License-Identifier: Apache-2.0 */
/* Hard-coded places where stolen data goes, or a second stage comes from. */

rule discord_webhook
{
	meta:
		id = "discord-webhook"
		category = "endpoint"
		tactic = "TA0010"
		text = "a Discord webhook is written into the code"
		on = "python script binary"
	strings:
		$a = /discord(app)?\.com\/api\/(v[0-9]{1,2}\/)?webhooks\/[0-9]{16,20}\/[A-Za-z0-9_-]{50,90}/
	condition:
		$a
}
