/*
 * Building redirect addresses from templates.
 */
#include "api/redirect.h"

#include "api/pages/pages.h"
#include "base/uuid.h"
#include "core/hostname.h"
#include "html/html.h"
#include "http/url.h"

#define REDIRECT_MAX_LEN ((size_t)4096)
#define LAUNCH_SAMPLE_LEN ((size_t)128) /* above what vault_launch_mint() makes */
#define LOCALE_MAX_LEN ((size_t)35)	/* RFC 5646, section 4.4.1 */

static bool
is_tag_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-';
}

/* The first language tag of Accept-Language: "de-CH, de;q=0.9" gives "de-CH". */
static struct str
locale_of(struct call *call)
{
	struct str languages = http_call_field(call->http, "Accept-Language");
	struct str first = str_cut(&languages, ',');
	struct str tag = str_trim(str_cut(&first, ';'));

	if (str_is_empty(tag) || tag.len > LOCALE_MAX_LEN)
		return STR("en");
	for (size_t i = 0; i < tag.len; i++) {
		if (!is_tag_char(tag.ptr[i]))
			return STR("en");
	}
	return tag;
}

struct placeholders {
	struct str launch;
	struct str connection_id;
	struct str locale;
};

static bool
placeholder_find(const struct placeholders *values, struct str name, struct str *ret_value)
{
	if (str_equal(name, STR("launch")))
		*ret_value = values->launch;
	else if (str_equal(name, STR("connection_id")))
		*ret_value = values->connection_id;
	else if (str_equal(name, STR("locale")))
		*ret_value = values->locale;
	else
		return false;
	return true;
}

/* False when the template holds an opening brace that begins no placeholder of ours. */
static bool
template_fill(struct buf *buf, struct str rest, const struct placeholders *values)
{
	while (!str_is_empty(rest)) {
		ptrdiff_t open = str_find(rest, '{');
		ptrdiff_t close = str_find(rest, '}');
		struct str value;

		if (open < 0) {
			buf_add(buf, rest);
			break;
		}
		if (close < open ||
		    !placeholder_find(values,
				      str_slice(rest, (size_t)open + 1, (size_t)(close - open - 1)),
				      &value))
			return false;
		buf_add(buf, str_slice(rest, 0, (size_t)open));
		html_url_part(buf, value);
		rest = str_slice(rest, (size_t)close + 1, rest.len);
	}
	return !buf->is_full;
}

static struct str
hosted_page_template(struct call *call, enum redirect_value redirect_value)
{
	struct str page = word_of(&redirect_value_words, (int)redirect_value);

	return str_of(arena_printf(call->arena, "%.*s" LAUNCH_PATH "%.*s?launch={launch}",
				   STR_ARG(call->partner->settings.public_url), STR_ARG(page)));
}

struct str
redirect_uri_of(struct call *call, const struct connect_answer *answer)
{
	struct app *app = call->app;
	struct str template_text =
		call->partner->settings.redirect_templates[answer->redirect_value];
	struct placeholders values = {
		.launch = vault_launch_mint(app->vault, call->arena, answer->launch_connection_id,
					    answer->launch_user_id,
					    instant_add_ms(clock_now(app->clock), LAUNCH_MS)),
		.connection_id = answer->launch_connection_id.value,
		.locale = locale_of(call),
	};
	struct buf buf;

	if (str_is_empty(template_text))
		template_text = hosted_page_template(call, answer->redirect_value);
	buf_init(&buf, call->arena, REDIRECT_MAX_LEN);
	if (!template_fill(&buf, template_text, &values))
		abort(); /* redirect_check_template() saw it at start */
	return buf_str(&buf);
}

/* The scheme, host and path: what stands before the query and the fragment. */
static struct str
template_address(struct str text)
{
	struct str before_query = str_cut(&text, '?');

	return str_cut(&before_query, '#');
}

/* A placeholder in the host would let a request choose where its secret goes. */
static bool
has_placeholder_in_host(struct str address)
{
	ptrdiff_t slashes = str_find_str(address, STR("://"));
	struct str rest = str_slice(address, slashes < 0 ? 0 : (size_t)slashes + 3, address.len);

	return str_find(str_cut(&rest, '/'), '{') >= 0;
}

/* As long as the real one can be: what passes here always fits later. */
static struct str
sample_of(struct arena *arena, size_t len)
{
	char *text = arena_alloc(arena, len);

	memset(text, 'x', len);
	return (struct str){ text, len };
}

struct err
redirect_check_template(struct arena *arena, struct str template_text,
			const struct partner_config *config)
{
	struct placeholders samples = { .launch = sample_of(arena, LAUNCH_SAMPLE_LEN),
					.connection_id = sample_of(arena, UUID_TEXT_LEN),
					.locale = sample_of(arena, LOCALE_MAX_LEN) };
	struct str address = template_address(template_text);
	struct url url;
	struct buf buf;
	struct err err;
	bool is_filled;

	buf_init(&buf, arena, REDIRECT_MAX_LEN);
	is_filled = template_fill(&buf, template_text, &samples);
	if (buf.is_full)
		return err_format(arena, ERR_CONFIG, "can be longer than %zu bytes",
				  REDIRECT_MAX_LEN);
	if (!is_filled || has_placeholder_in_host(address))
		return err_make(ERR_CONFIG, "has a brace that is none of {launch}, "
					    "{connection_id}, {locale}, or one in its host");
	buf_clear(&buf);
	(void)template_fill(&buf, address, &samples); /* a part of what was filled just above */
	err = url_read(arena, buf_str(&buf), &url);
	if (err.code)
		return err_format(arena, ERR_CONFIG, "is %s", err.detail);
	if (!hostname_is_allowed(url.host, config->hostnames, config->n_hostnames))
		return err_format(arena, ERR_CONFIG,
				  "leads to the host %.*s, which is not on hostnames of the "
				  "partner config",
				  STR_ARG(url.host));
	return OK_NONE;
}
