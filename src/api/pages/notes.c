/*
 * The pages that say something and take no form: contact-admin, purchase, not_applicable.
 */
#include "api/pages/frame.h"

typedef void (*note_fn)(struct call *call, const struct visit *visit);

struct note_work {
	struct visit visit;
	note_fn show;
};

static struct err
note_in_tx(struct call *call, struct store_tx *tx, void *arg)
{
	struct note_work *work = arg;

	return visit_load(call, tx, &work->visit);
}

static void
note_answer(struct call *call, void *arg)
{
	const struct note_work *work = arg;

	work->show(call, &work->visit);
}

static void
note_get(struct call *call, note_fn show)
{
	struct note_work *work = arena_new(call->arena, struct note_work);

	work->show = show;
	(void)visit_begin(call, visit_launch_parameter(call), &work->visit);
	if (work->visit.has_launch)
		call_transact(call, note_in_tx, note_answer, work);
	else
		show(call, &work->visit);
}

/* CONNECT-11 notes the wish; a refused connect of CONNECT-16 has neither connection nor note. */
static void
show_contact_admin(struct call *call, const struct visit *visit)
{
	bool is_recorded = visit->connection.known.is_known;
	struct str name = call->partner->config.name;
	struct note_view view = {
		.heading = STR("Ask your administrator"),
		.lead = str_of(arena_printf(
			call->arena,
			is_recorded ? "Your company uses %.*s already. Your request to join was "
				      "recorded: an administrator of the account decides about it."
				    : "Your company uses %.*s already. An administrator of the "
				      "account can add you.",
			STR_ARG(name))),
		.more_heading = STR("What now?"),
		.more = str_of(
			arena_printf(call->arena,
				     "Tell your administrator about it, if you know who that "
				     "is. Once you are added, open %.*s in Databricks "
				     "Partner Connect again.",
				     STR_ARG(name))),
		.missing = is_recorded && !call->app->mail
				   ? STR("Nobody is told by mail: this server has no mail set up.")
				   : STR(""),
	};

	page_send_note(call, 200, &view);
}

void
page_contact_admin(struct call *call)
{
	note_get(call, show_contact_admin);
}

static void
show_purchase(struct call *call, const struct visit *visit)
{
	const struct partner_config *config = &call->partner->config;
	struct note_view view = {
		.heading = STR("Your trial has ended"),
		.lead = str_of(arena_printf(call->arena,
					    "Choose a plan to go on using %.*s. Your Databricks "
					    "connection is kept: there is nothing to set up again.",
					    STR_ARG(config->name))),
		.url = config->sign_up_page,
		.link = str_of(
			arena_printf(call->arena, "See the plans of %.*s", STR_ARG(config->name))),
		.second_url = page_path(call, "sign_in"),
		.second_link = STR("Sign in"),
		.connection = page_connection(call, &visit->connection),
	};

	page_send_note(call, 200, &view);
}

void
page_purchase_product(struct call *call)
{
	note_get(call, show_purchase);
}

void
page_not_applicable(struct call *call)
{
	struct note_view view = {
		.heading = STR("Nothing to do here"),
		.lead = STR("There is nothing to set up for this connection. You can close this "
			    "page."),
	};

	page_send_note(call, 200, &view);
}
