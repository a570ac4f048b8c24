/*
 * Fields and bodies of our mail. How they travel is smtp.c's.
 */
#include "outbox/message.h"

#include "html/html.h"

#include <assert.h>

#define FIELD_MAX_LEN ((size_t)8192)
#define BODY_MAX_LEN ((size_t)65536)
/* An encoded word has 75 characters: 12 are "=?UTF-8?B?" and "?=", 60 hold 45 bytes. */
#define WORD_BYTES ((size_t)45)
#define SHORT_FIELD ((size_t)60)
#define NAME_MAX ((size_t)120)

/* ---- Fields ---- */

static bool
is_control(char c)
{
	return (unsigned char)c < ' ' || c == 0x7f;
}

/* On one line, and no longer than a name is. */
static struct str
clean(struct arena *arena, struct str text, size_t max)
{
	struct buf buf;

	buf_init(&buf, arena, FIELD_MAX_LEN);
	for (size_t i = 0; i < text.len; i++) {
		if (!is_control(text.ptr[i]))
			buf_add_char(&buf, text.ptr[i]);
	}
	return str_slice(buf_str(&buf), 0, str_utf8_valid_len(str_slice(buf_str(&buf), 0, max)));
}

static bool
is_plain(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < ' ' || text.ptr[i] > '~')
			return false;
	}
	return text.len <= SHORT_FIELD && str_find_str(text, STR("=?")) < 0;
}

static void
add_base64(struct buf *buf, struct str bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				     "0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		uint32_t group = 0;

		for (size_t j = 0; j < 3; j++)
			group = group << 8 | (i + j < bytes.len ? (uint8_t)bytes.ptr[i + j] : 0u);
		for (size_t j = 0; j < 4; j++)
			buf_add_char(buf, i + j <= bytes.len ? digits[group >> (18 - 6 * j) & 63u]
							     : '=');
	}
}

/* A word ends between two characters. */
static struct str
first_word(struct str text)
{
	struct str word = str_slice(text, 0, WORD_BYTES);

	return str_slice(word, 0, str_utf8_valid_len(word));
}

struct str
mail_field_text(struct arena *arena, struct str text)
{
	struct str rest = clean(arena, text, FIELD_MAX_LEN / 4);
	struct buf buf;

	if (is_plain(rest))
		return rest;
	buf_init(&buf, arena, FIELD_MAX_LEN);
	while (!str_is_empty(rest)) {
		struct str word = first_word(rest);

		if (buf.len > 0)
			buf_add(&buf, STR("\r\n "));
		buf_add(&buf, STR("=?UTF-8?B?"));
		add_base64(&buf, word);
		buf_add(&buf, STR("?="));
		rest = str_slice(rest, word.len, rest.len);
	}
	return buf_str(&buf);
}

struct str
mail_date(struct arena *arena, struct instant now)
{
	static const char *const days[] = { "Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat" };
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr", "May", "Jun",
					      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec" };
	time_t seconds = (time_t)(now.ms / 1000);
	struct tm tm;

	if (!gmtime_r(&seconds, &tm))
		abort(); /* the year does not fit an int: no instant of ours */
	return str_of(arena_printf(arena, "%s, %02d %s %04d %02d:%02d:%02d +0000", days[tm.tm_wday],
				   tm.tm_mday, months[tm.tm_mon], tm.tm_year + 1900, tm.tm_hour,
				   tm.tm_min, tm.tm_sec));
}

static void
add_field(struct message *message, const char *field)
{
	assert(message->n_fields < ARRAY_LEN(message->fields));
	message->fields[message->n_fields++] = field;
}

/* As a phrase: of characters that need no quotes, else encoded. */
static struct str
display_name(struct arena *arena, struct str name)
{
	static const struct str specials = STR_INIT("()<>[]:;@\\,.\"");
	struct str plain = mail_field_text(arena, name);
	struct buf buf;

	for (size_t i = 0; i < plain.len; i++) {
		if (str_find(specials, plain.ptr[i]) < 0 || str_starts_with(plain, STR("=?")))
			continue;
		buf_init(&buf, arena, FIELD_MAX_LEN);
		buf_add_char(&buf, '"');
		for (size_t j = 0; j < plain.len; j++) {
			if (plain.ptr[j] == '"' || plain.ptr[j] == '\\')
				buf_add_char(&buf, '\\');
			buf_add_char(&buf, plain.ptr[j]);
		}
		buf_add_char(&buf, '"');
		return buf_str(&buf);
	}
	return plain;
}

/* The Message-ID is the mail's: who gets it twice, after a crash of ours, can tell. */
static void
add_fields(struct arena *arena, const struct message_sender *sender, const struct stored_mail *mail,
	   struct instant now, struct message *message)
{
	ptrdiff_t at = str_find_last(sender->from, '@');
	struct str domain = str_slice(sender->from, (size_t)at + 1, sender->from.len);
	struct str name = display_name(arena, clean(arena, sender->partner, NAME_MAX));
	struct str subject = mail_field_text(arena, mail->subject);

	add_field(message, arena_printf(arena, "Date: %.*s", STR_ARG(mail_date(arena, now))));
	add_field(message,
		  arena_printf(arena, "From: %.*s <%.*s>", STR_ARG(name), STR_ARG(sender->from)));
	add_field(message, arena_printf(arena, "To: <%.*s>", STR_ARG(mail->recipient)));
	add_field(message, arena_printf(arena, "Subject: %.*s", STR_ARG(subject)));
	add_field(message, arena_printf(arena, "Message-ID: <%.*s@%.*s>", STR_ARG(mail->id),
					STR_ARG(domain)));
	add_field(message, "Auto-Submitted: auto-generated");
}

/* ---- Bodies ---- */

struct str
message_subject(struct arena *arena, enum mail_kind kind, struct str partner)
{
	struct str name = clean(arena, partner, NAME_MAX);

	switch (kind) {
	case MAIL_SIGN_UP_LINK:
		return str_of(arena_printf(arena, "Your link to %.*s", STR_ARG(name)));
	case MAIL_INVITATION_REQUEST:
		return str_of(arena_printf(arena, "Somebody asks to join your %.*s account",
					   STR_ARG(name)));
	}
	return STR("");
}

/* What both bodies say. */
struct words {
	struct str greeting;
	struct str link; /* empty: none */
	struct str link_label;
	struct str after;
	struct str reason;
};

static struct words
words_of_link(struct arena *arena, const struct message_sender *sender,
	      const struct stored_mail *mail, struct str launch_token)
{
	struct str name = clean(arena, sender->partner, NAME_MAX);
	bool is_trial = str_equal(mail->page, STR("create_trial"));

	return (struct words){
		.greeting = str_of(arena_printf(
			arena,
			"This link takes you to %.*s. It also proves that this address is "
			"yours.",
			STR_ARG(name))),
		.link = str_of(arena_printf(
			arena, "%.*s/launch/%s?launch=%.*s", STR_ARG(sender->public_url),
			is_trial ? "create_trial" : "sign_in", STR_ARG(launch_token))),
		.link_label = str_of(arena_printf(arena, "Open %.*s", STR_ARG(name))),
		.after = STR("It works once, for 15 minutes. Do not pass it on: whoever opens it "
			     "is you."),
		.reason = str_of(arena_printf(
			arena,
			"You get this because somebody asked for a link to %.*s with your "
			"address. If it was not you, nothing happens unless you open it.",
			STR_ARG(name))),
	};
}

static struct words
words_of_request(struct arena *arena, const struct message_sender *sender,
		 const struct stored_mail *mail)
{
	struct str name = clean(arena, sender->partner, NAME_MAX);
	struct str person = clean(arena, mail->person_name, NAME_MAX);

	return (struct words){
		.greeting = str_of(arena_printf(
			arena,
			"%.*s%s%.*s%s wants to use your %.*s account. They came from "
			"Databricks Partner Connect, in a workspace that is connected to "
			"it.",
			STR_ARG(person), person.len ? " (" : "", STR_ARG(mail->person),
			person.len ? ")" : "", STR_ARG(name))),
		.after = STR("If you know them, add them to the account; then they open Partner "
			     "Connect again. If you do not, there is nothing to do."),
		.reason = str_of(arena_printf(arena,
					      "You get this because you made the account at "
					      "%.*s.",
					      STR_ARG(name))),
	};
}

static struct str
text_body(struct arena *arena, const struct words *words)
{
	struct buf buf;

	buf_init(&buf, arena, BODY_MAX_LEN);
	buf_addf(&buf, "%.*s\n\n", STR_ARG(words->greeting));
	if (!str_is_empty(words->link))
		buf_addf(&buf, "%.*s\n\n", STR_ARG(words->link));
	buf_addf(&buf, "%.*s\n\n-- \n%.*s\n", STR_ARG(words->after), STR_ARG(words->reason));
	return buf_str(&buf);
}

static void
add_paragraph(struct buf *buf, struct str text)
{
	html_raw(buf, "<p>");
	html_text(buf, text);
	html_raw(buf, "</p>\n");
}

static struct str
html_body(struct arena *arena, const struct words *words)
{
	struct buf buf;

	buf_init(&buf, arena, BODY_MAX_LEN);
	html_raw(&buf, "<!doctype html>\n<html lang=\"en\">\n<body style=\"font-family:sans-serif;"
		       "line-height:1.5;max-width:36em\">\n");
	add_paragraph(&buf, words->greeting);
	if (!str_is_empty(words->link)) {
		html_raw(&buf, "<p><a href=\"");
		html_url(&buf, words->link);
		html_raw(&buf, "\">");
		html_text(&buf, words->link_label);
		html_raw(&buf, "</a></p>\n");
	}
	add_paragraph(&buf, words->after);
	html_raw(&buf, "<hr>\n");
	add_paragraph(&buf, words->reason);
	html_raw(&buf, "</body>\n</html>\n");
	return buf_str(&buf);
}

void
message_build(struct arena *arena, const struct message_sender *sender,
	      const struct stored_mail *mail, struct str launch_token, struct instant now,
	      struct message *ret_message)
{
	struct words words = { 0 };

	*ret_message = (struct message){ .to = mail->recipient };
	add_fields(arena, sender, mail, now, ret_message);
	switch (mail->kind) {
	case MAIL_SIGN_UP_LINK:
		words = words_of_link(arena, sender, mail, launch_token);
		break;
	case MAIL_INVITATION_REQUEST:
		words = words_of_request(arena, sender, mail);
		break;
	}
	ret_message->text = text_body(arena, &words);
	ret_message->html = html_body(arena, &words);
}
