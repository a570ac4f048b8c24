/*
 * The words of signing up and signing in.
 */
#include "api/pages/entry.h"

#include "api/pages/mail.h"

bool
entry_has_terms(struct call *call)
{
	const struct partner_config *config = &call->partner->config;

	return !str_is_empty(config->terms_of_service) || !str_is_empty(config->privacy_policy);
}

static struct str
sentence(struct call *call, const char *before, const char *after)
{
	return str_of(arena_printf(call->arena, "%s%.*s%s", before,
				   STR_ARG(call->partner->config.name), after));
}

static void
show_start(struct call *call, int status)
{
	struct note_view view = {
		.heading = STR("Start in Databricks"),
		.lead = sentence(call,
				 "Open Partner Connect in your Databricks workspace and choose ",
				 ". You come back here with everything filled in."),
		.second_url = page_path(call, "sign_in"),
		.second_link = STR("I have an account: sign in"),
	};

	page_send_note(call, status, &view);
}

/* Nobody can tell whether this click was made by whom the address belongs to. */
static void
show_prove(struct call *call, const struct entry_work *work, int status)
{
	struct note_view view = {
		.heading = STR("Your account does not know this workspace yet"),
		.lead = str_of(arena_printf(
			call->arena,
			"%.*s has an account at %.*s, but no password yet, and this Databricks "
			"workspace is new to it. Open %.*s from the workspace that you used first, "
			"and choose a password there. Then come back.",
			STR_ARG(work->state.entrant.email), STR_ARG(call->partner->config.name),
			STR_ARG(call->partner->config.name))),
		.missing = STR("The other way, a link to your address, is closed: this server has "
			       "no mail set up."),
	};
	struct http_field cookies[2] = { 0 };

	if (mail_offer(call, &view, &cookies[0]))
		view.button = STR("Mail me a link to prove my address");
	page_send_note_with(call, status, &view, cookies);
}

static void
word_new_password(struct call *call, const struct entry_work *work, struct entry_view *view)
{
	bool is_again = !str_is_empty(work->state.entrant.password_hash);

	view->asks_new_password = true;
	view->has_terms = entry_has_terms(call);
	view->lead = STR("Choose a password, and you are in.");
	if (work->page == ENTRY_CREATE_TRIAL) {
		view->heading = sentence(call, "Create your ", " account");
		view->button = STR("Create account");
	} else {
		view->heading = sentence(call, "Welcome to ", "");
		view->button = STR("Set password and continue");
	}
	if (is_again && work->state.is_mailed)
		view->lead = STR("Choose a new password, and you are in.");
	else if (is_again)
		view->lead = STR("Choose your password anew: the one before was set from a "
				 "workspace that your account did not know.");
}

static void
word_password(struct call *call, const struct entry_work *work, struct entry_view *view)
{
	bool is_trial = work->page == ENTRY_CREATE_TRIAL;

	view->asks_password = true;
	view->heading = sentence(call, "Sign in to ", "");
	view->lead = is_trial ? STR("You have an account. Sign in to go on.")
			      : STR("Enter the password of your account.");
	view->button = STR("Sign in");
}

static void
word_form(struct call *call, const struct entry_work *work, struct entry_view *view)
{
	switch (work->form) {
	case ENTRY_NEW_PASSWORD:
		word_new_password(call, work, view);
		return;
	case ENTRY_PASSWORD:
	case ENTRY_TYPED:
		word_password(call, work, view);
		return;
	case ENTRY_CONTINUE:
		view->heading = sentence(call, "Continue to ", "");
		view->lead = STR("You are signed in.");
		view->button = STR("Continue");
		return;
	case ENTRY_START:
	case ENTRY_OVER:
	case ENTRY_PROVE:
		return;
	}
}

static void
show_form(struct call *call, const struct entry_work *work, int status)
{
	bool is_typed = work->form == ENTRY_TYPED;
	struct http_field cookies[2] = { 0 };
	struct str launch = is_typed ? STR("") : work->visit.launch_text;
	struct entry_view view = {
		.action = work->page == ENTRY_CREATE_TRIAL ? STR("create_trial") : STR("sign_in"),
		.launch = launch,
		.csrf = page_csrf(call, launch, &cookies[0]),
		.email = is_typed ? work->typed_text : work->state.entrant.email,
		.is_email_typed = is_typed,
		.is_terms_accepted = work->is_terms_accepted,
		.terms = call->partner->config.terms_of_service,
		.privacy = call->partner->config.privacy_policy,
		.error = str_of(work->error),
		.email_error = str_of(work->email_error),
		.password_error = str_of(work->password_error),
		.again_error = str_of(work->again_error),
		.terms_error = str_of(work->terms_error),
		.may_be_somebody_else = work->form == ENTRY_PASSWORD,
		.connection = page_connection(call, &work->visit.connection),
	};
	struct buf buf;

	word_form(call, work, &view);
	/* Who came by trial owns the connection, whatever the account knows of it. */
	if (work->form == ENTRY_NEW_PASSWORD)
		view.connection.is_unconfirmed = false;
	view.frame = page_frame(call, view.heading.ptr);
	page_buf(call, &buf);
	template_entry(&buf, &view);
	page_send(call, status, &buf, cookies);
}

void
entry_show(struct call *call, const struct entry_work *work, int status)
{
	switch (work->form) {
	case ENTRY_START:
		show_start(call, status);
		return;
	case ENTRY_OVER:
		page_link_is_over(call, status);
		return;
	case ENTRY_PROVE:
		show_prove(call, work, status);
		return;
	case ENTRY_TYPED:
		if (work->visit.is_over && !work->is_posted) {
			page_link_is_over(call, status);
			return;
		}
		break;
	case ENTRY_NEW_PASSWORD:
	case ENTRY_PASSWORD:
	case ENTRY_CONTINUE:
		break;
	}
	show_form(call, work, status);
}
