/*
 * Fields and bodies of mail.
 */
#include "outbox/message.h"

#include "support/rows.h"

struct field_row {
	const char *name;
	struct str in;
	const char *want;
};

#define FORTY "0123456789012345678901234567890123456789"

static const struct field_row fields[] = {
	{ "plain", STR_INIT("Your link to Kelp"), "Your link to Kelp" },
	{ "nothing", STR_INIT(""), "" },
	{ "one_byte_is_padded_twice",
	  STR_INIT("\xc3\xa9"
		   "a"),
	  "=?UTF-8?B?w6lh?=" },
	{ "two_bytes_are_padded_once", STR_INIT("\xc3\xa9"), "=?UTF-8?B?w6k=?=" },
	{ "four_bytes", STR_INIT("\xc3\xa9\xc3\xa9"), "=?UTF-8?B?w6nDqQ==?=" },
	{ "line_end_begins_no_field", STR_INIT("a\r\nBcc: x@evil.example"),
	  "aBcc: x@evil.example" },
	{ "lone_cr", STR_INIT("a\rb"), "ab" },
	{ "nul_and_delete", STR_INIT("a\0b\177"), "ab" },
	{ "what_looks_encoded_is_encoded", STR_INIT("=?UTF-8?Q?x?="),
	  "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=" },
	{ "long_is_folded", STR_INIT(FORTY FORTY),
	  "=?UTF-8?B?MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0?=\r\n "
	  "=?UTF-8?B?NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODk=?=" },
	/* Byte 45 is the second of an e with an accent: the word ends before the first. */
	{ "a_word_ends_between_characters",
	  STR_INIT("01234567890123456789012345678901234567890123\xc3\xa9"),
	  "=?UTF-8?B?MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM=?=\r\n "
	  "=?UTF-8?B?w6k=?=" },
	{ "no_utf8_is_cut",
	  STR_INIT("ab\xff"
		   "cd"),
	  "ab" },
};

static void
field_is_as_in_the_table(void **state)
{
	const struct field_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str got = mail_field_text(arena, row->in);

	assert_string_equal(arena_cstr(arena, got), row->want);
}

struct date_row {
	const char *name;
	int64_t ms;
	const char *want;
};

static const struct date_row dates[] = {
	{ "epoch", 0, "Thu, 01 Jan 1970 00:00:00 +0000" },
	{ "leap_day", 1709164799999, "Wed, 28 Feb 2024 23:59:59 +0000" },
	{ "past_32_bits", 4102444800000, "Fri, 01 Jan 2100 00:00:00 +0000" },
};

static void
date_is_as_in_the_table(void **state)
{
	const struct date_row *row = *state;
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct str got = mail_date(arena, (struct instant){ row->ms });

	assert_string_equal(arena_cstr(arena, got), row->want);
}

#define ID "01890a5d-ac96-774b-bcce-b302099a8057"

static struct message
build(struct arena *arena, struct stored_mail mail, struct str partner, struct str token)
{
	struct message_sender sender = {
		.partner = partner,
		.from = STR("no-reply@kelp.example"),
		.public_url = STR("https://kelp.example/app"),
	};
	struct message message;

	mail.id = STR(ID);
	mail.subject = message_subject(arena, mail.kind, partner);
	message_build(arena, &sender, &mail, token, (struct instant){ 0 }, &message);
	return message;
}

static void
assert_has(struct str text, const char *piece)
{
	assert_true(str_find_str(text, str_of(piece)) >= 0);
}

static void
a_link_has_its_fields_and_parts(_unused_ void **state)
{
	static const char *const want[] = {
		"Date: Thu, 01 Jan 1970 00:00:00 +0000",
		"From: \"Kelp, Inc.\" <no-reply@kelp.example>",
		"To: <ann@reef.example>",
		"Subject: Your link to Kelp, Inc.",
		("Message-ID: <" ID "@kelp.example>"),
		"Auto-Submitted: auto-generated",
	};
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct stored_mail mail = {
		.kind = MAIL_SIGN_UP_LINK,
		.recipient = STR("ann@reef.example"),
		.page = STR("create_trial"),
	};
	struct message message = build(arena, mail, STR("Kelp, Inc."), STR("pclm_abc"));

	assert_int_equal(message.n_fields, ARRAY_LEN(want));
	for (size_t i = 0; i < ARRAY_LEN(want); i++)
		assert_string_equal(message.fields[i], want[i]);
	assert_has(message.text,
		   "\nhttps://kelp.example/app/launch/create_trial?launch=pclm_abc\n");
	assert_has(message.html,
		   "<a href=\"https://kelp.example/app/launch/create_trial?launch=pclm_abc\">"
		   "Open Kelp, Inc.</a>");
	assert_true(str_equal(message.to, mail.recipient));
}

static void
names_of_strangers_are_text(_unused_ void **state)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct stored_mail mail = {
		.kind = MAIL_INVITATION_REQUEST,
		.recipient = STR("ann@reef.example"),
		.person = STR("bob@reef.example"),
		.person_name = STR("<script>\r\n.\r\nBcc: x"),
	};
	struct message message = build(arena, mail, STR("A\r\nBcc: y@evil.example"), STR(""));

	for (size_t i = 0; i < message.n_fields; i++)
		assert_null(strpbrk(message.fields[i], "\r\n"));
	assert_string_equal(message.fields[1],
			    "From: \"ABcc: y@evil.example\" <no-reply@kelp.example>");
	assert_has(message.text, "<script>.Bcc: x (bob@reef.example) wants to use your ");
	assert_true(str_find_str(message.html, STR("<script>")) < 0);
	assert_has(message.html, "&lt;script&gt;");
	assert_true(str_find_str(message.html, STR("href")) < 0);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, fields, field_is_as_in_the_table);
	ROWS_ADD(&rows, dates, date_is_as_in_the_table);
	rows_add_one(&rows, "a_link_has_its_fields_and_parts", a_link_has_its_fields_and_parts);
	rows_add_one(&rows, "names_of_strangers_are_text", names_of_strangers_are_text);
	return rows_run(&rows, argc, argv);
}
