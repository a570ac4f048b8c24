/*
 * Authentication: who is let in, what is remembered and for how long, what a flood can do, what
 * replacing the credentials forgets. Reading the value is in auth_basic_test.c, hashing in
 * auth_password_test.c. Rules: AUTH-1, AUTH-2, AUTH-3
 */
#include "vault/auth_fixture_test.h"

#include <stdatomic.h>

#define RIGHT "databricks:current-pass"
#define RIGHT_NEXT "databricks-2:next-pass"
#define WRONG "databricks:wrong"

/* ---- Who is let in ---- */

struct who_row {
	const char *name;
	const char *user_and_password;
	enum err_code want;
	enum credential_slot want_slot;
};

static const struct who_row who[] = {
	{ "current", RIGHT, ERR_NONE, CREDENTIAL_CURRENT },
	{ "next", RIGHT_NEXT, ERR_NONE, CREDENTIAL_NEXT },
	{ "wrong_password", WRONG, ERR_UNAUTHORIZED, 0 },
	{ "unknown_user", "nobody:current-pass", ERR_UNAUTHORIZED, 0 },
	{ "user_of_the_other", "databricks:next-pass", ERR_UNAUTHORIZED, 0 },
	{ "other_of_the_user", "databricks-2:current-pass", ERR_UNAUTHORIZED, 0 },
	{ "user_in_other_case", "Databricks:current-pass", ERR_UNAUTHORIZED, 0 },
	{ "no_user", ":current-pass", ERR_UNAUTHORIZED, 0 },
	{ "no_password", "databricks:", ERR_UNAUTHORIZED, 0 },
	{ "password_cut", "databricks:current-pas", ERR_UNAUTHORIZED, 0 },
	{ "password_longer", "databricks:current-pass ", ERR_UNAUTHORIZED, 0 },
	{ "colon_more", "databricks::current-pass", ERR_UNAUTHORIZED, 0 },
};

static void
who_is_let_in(void **state)
{
	const struct who_row *row = *state;
	struct fixture fixture;
	struct test_request request;
	enum credential_slot slot = CREDENTIAL_NEXT;
	struct str value;

	fixture_init(&fixture, both_credentials, 2, 8);
	value = basic_value(fixture.arena, row->user_and_password);
	assert_int_equal(auth_check(fixture.auth, value, &slot), AUTH_UNKNOWN);
	assert_int_equal(test_request_start(&fixture, &request, value).code, ERR_NONE);
	assert_int_equal(test_request_await(&request), row->want);
	/* The same work for everybody: each of the credentials, once. */
	assert_int_equal(fixture_n_verified(&fixture), 2);
	if (row->want) {
		assert_int_equal(auth_check(fixture.auth, value, &slot), AUTH_REFUSED);
	} else {
		assert_int_equal(request.slot, row->want_slot);
		assert_int_equal(auth_check(fixture.auth, value, &slot), AUTH_ACCEPTED);
		assert_int_equal(slot, row->want_slot);
	}
	assert_int_equal(fixture_n_verified(&fixture), 2);
	fixture_release(&fixture);
}

struct malformed_row {
	const char *name;
	struct str value;
};

static const struct malformed_row malformed[] = {
	{ "malformed_absent", { 0 } },
	{ "malformed_scheme", STR_INIT("Bearer dXNlcjpwYXNz") },
	{ "malformed_base64", STR_INIT("Basic dXNlcjpwYXNz=") },
	{ "malformed_no_colon", STR_INIT("Basic dXNlcnBhc3M=") },
	{ "malformed_nul", STR_INIT("Basic dTpwAA==") },
};

static void
malformed_values_are_refused_at_once(void **state)
{
	const struct malformed_row *row = *state;
	struct fixture fixture;
	struct test_request request;
	enum credential_slot slot;

	fixture_init(&fixture, both_credentials, 2, 8);
	assert_int_equal(auth_check(fixture.auth, row->value, &slot), AUTH_REFUSED);
	assert_int_equal(test_request_start(&fixture, &request, row->value).code, ERR_NONE);
	assert_int_equal(test_request_await(&request), ERR_UNAUTHORIZED);
	assert_int_equal(fixture_n_verified(&fixture), 0);
	fixture_release(&fixture);
}

static void
without_credentials_nobody_is_let_in(_unused_ void **state)
{
	struct fixture fixture;

	fixture_init(&fixture, NULL, 0, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_UNAUTHORIZED);
	assert_int_equal(fixture.n_verified, 1);
	assert_int_equal(fixture.n_dummies, 1);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_REFUSED);
	fixture_release(&fixture);
}

/* A stored hash that is none costs as much as a good one, and does not spoil the other. */
static void
a_broken_hash_costs_the_same(_unused_ void **state)
{
	const struct auth_credential credentials[] = {
		{ CREDENTIAL_CURRENT, STR("databricks"), STR("current-pass") },
		both_credentials[1],
	};
	struct fixture fixture;

	fixture_init(&fixture, credentials, 2, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_UNAUTHORIZED);
	assert_int_equal(verify_now(&fixture, RIGHT_NEXT), ERR_NONE);
	assert_int_equal(fixture.n_verified, 4);
	assert_int_equal(fixture.n_dummies, 2);
	fixture_release(&fixture);
}

/* ---- Remembering ---- */

static void
what_is_remembered_grows_old(_unused_ void **state)
{
	struct fixture fixture;

	fixture_init(&fixture, both_credentials, 2, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	assert_int_equal(verify_now(&fixture, WRONG), ERR_UNAUTHORIZED);
	fixture_advance(&fixture, AUTH_REFUSED_MS - 1);
	assert_int_equal(check_now(&fixture, WRONG), AUTH_REFUSED);
	fixture_advance(&fixture, 1);
	assert_int_equal(check_now(&fixture, WRONG), AUTH_UNKNOWN);
	fixture_advance(&fixture, AUTH_ACCEPTED_MS - AUTH_REFUSED_MS - 1);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_ACCEPTED);
	fixture_advance(&fixture, 1);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_UNKNOWN);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_ACCEPTED);
	fixture_release(&fixture);
}

static void
no_flood_pushes_out_a_right_value(_unused_ void **state)
{
	struct fixture fixture;
	char text[32] = "";

	fixture_init(&fixture, both_credentials, 2, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	for (int i = 0; i < 3 * REFUSED_SETS * REFUSED_WAYS; i++) {
		(void)snprintf(text, sizeof(text), "databricks:%d", i);
		assert_int_equal(verify_now(&fixture, text), ERR_UNAUTHORIZED);
	}
	assert_int_equal(check_now(&fixture, text), AUTH_REFUSED);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_ACCEPTED);
	fixture_release(&fixture);
}

/* Tags of one set: the one that ends first makes room, those of older credentials before it. */
static void
the_refused_are_bounded(_unused_ void **state)
{
	struct refused_values *values = calloc(1, sizeof(*values));
	uint8_t tags[REFUSED_WAYS + 2][TAG_SIZE] = { 0 };

	assert_non_null(values);
	assert_false(refused_values_have(values, tags[0], 1, (struct tick){ 0 }));
	for (size_t i = 0; i < ARRAY_LEN(tags); i++)
		tags[i][TAG_SIZE - 1] = (uint8_t)(i + 1);
	for (size_t i = 0; i < REFUSED_WAYS; i++)
		refused_values_add(values, tags[i], 1, (struct tick){ 100 - (int64_t)i });
	for (size_t i = 0; i < REFUSED_WAYS; i++) {
		assert_true(refused_values_have(values, tags[i], 1, (struct tick){ 1 }));
		assert_false(refused_values_have(values, tags[i], 2, (struct tick){ 1 }));
	}
	assert_true(refused_values_have(values, tags[0], 1, (struct tick){ 99 }));
	assert_false(refused_values_have(values, tags[0], 1, (struct tick){ 100 }));

	refused_values_add(values, tags[REFUSED_WAYS], 1, (struct tick){ 200 });
	assert_true(refused_values_have(values, tags[REFUSED_WAYS], 1, (struct tick){ 1 }));
	assert_false(refused_values_have(values, tags[REFUSED_WAYS - 1], 1, (struct tick){ 1 }));
	assert_true(refused_values_have(values, tags[0], 1, (struct tick){ 1 }));

	refused_values_add(values, tags[REFUSED_WAYS + 1], 2, (struct tick){ 50 });
	assert_true(refused_values_have(values, tags[REFUSED_WAYS + 1], 2, (struct tick){ 1 }));
	assert_false(refused_values_have(values, tags[0], 1, (struct tick){ 1 }));
	free(values);
}

/* ---- Many requests ---- */

static void
one_verification_for_all_with_the_same_value(_unused_ void **state)
{
	struct fixture fixture;
	struct test_request requests[20];

	fixture_init(&fixture, both_credentials, 2, 8);
	fixture_shut(&fixture, true);
	for (size_t i = 0; i < 20; i++) {
		struct str value = basic_value(fixture.arena, RIGHT);
		char *text = arena_cstr(fixture.arena, value);

		text[0] = i % 2 ? 'b' : 'B'; /* another case of the scheme is the same value */
		value.ptr = text;
		assert_int_equal(test_request_start(&fixture, &requests[i], value).code, ERR_NONE);
		if (i == 9)
			fixture_await_inside(&fixture); /* the rest joins it on its way */
	}
	fixture_shut(&fixture, false);
	for (size_t i = 0; i < 20; i++) {
		assert_int_equal(test_request_await(&requests[i]), ERR_NONE);
		assert_int_equal(requests[i].slot, CREDENTIAL_CURRENT);
	}
	assert_int_equal(fixture_n_verified(&fixture), 2);
	fixture_release(&fixture);
}

/* Between auth_check() and auth_verify() another request may have had it verified. */
static void
a_value_known_by_now_is_not_verified_again(_unused_ void **state)
{
	struct fixture fixture;

	fixture_init(&fixture, both_credentials, 2, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	assert_int_equal(verify_now(&fixture, WRONG), ERR_UNAUTHORIZED);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	assert_int_equal(verify_now(&fixture, WRONG), ERR_UNAUTHORIZED);
	assert_int_equal(fixture_n_verified(&fixture), 4);
	fixture_release(&fixture);
}

static void
start_guesses(struct fixture *fixture, struct test_request *requests, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const char *guess =
			arena_printf(fixture->arena, "databricks:guess-%c", (char)('a' + (int)i));

		assert_int_equal(test_request_start(fixture, &requests[i],
						    basic_value(fixture->arena, guess))
					 .code,
				 ERR_NONE);
		if (i == 0)
			fixture_await_inside(fixture);
	}
}

static void
a_flood_of_guesses_is_turned_away(_unused_ void **state)
{
	struct fixture fixture;
	struct test_request guesses[AUTH_MAX_UNKNOWN];
	struct test_request more;
	struct test_request same;

	fixture_init(&fixture, both_credentials, 2, 8);
	fixture_shut(&fixture, true);
	start_guesses(&fixture, guesses, AUTH_MAX_UNKNOWN);
	assert_int_equal(
		test_request_start(&fixture, &more, basic_value(fixture.arena, RIGHT)).code,
		ERR_OVERLOADED);
	/* One more with a value that waits costs nothing more. */
	assert_int_equal(test_request_start(&fixture, &same, guesses[3].request.authorization).code,
			 ERR_NONE);
	assert_int_equal(fixture.n_inside, 1); /* one runs, on one worker of the two */
	fixture_shut(&fixture, false);
	for (size_t i = 0; i < AUTH_MAX_UNKNOWN; i++)
		assert_int_equal(test_request_await(&guesses[i]), ERR_UNAUTHORIZED);
	assert_int_equal(test_request_await(&same), ERR_UNAUTHORIZED);
	assert_false(more.is_done);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE); /* at the next try */
	fixture_release(&fixture);
}

static void
a_value_that_was_right_goes_first(_unused_ void **state)
{
	struct fixture fixture;
	struct test_request guesses[AUTH_MAX_UNKNOWN];
	struct test_request right;

	fixture_init(&fixture, both_credentials, 1, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	fixture_advance(&fixture, AUTH_ACCEPTED_MS);
	fixture_shut(&fixture, true);
	start_guesses(&fixture, guesses, AUTH_MAX_UNKNOWN);
	assert_int_equal(
		test_request_start(&fixture, &right, basic_value(fixture.arena, RIGHT)).code,
		ERR_NONE);
	fixture_shut(&fixture, false);
	assert_int_equal(test_request_await(&right), ERR_NONE);
	for (size_t i = 0; i < AUTH_MAX_UNKNOWN; i++)
		assert_int_equal(test_request_await(&guesses[i]), ERR_UNAUTHORIZED);
	/* The first guess ran already; 's' ends the right password. */
	assert_string_equal(fixture.order, "sasbcdefgh");
	fixture_release(&fixture);
}

static void
a_full_pool_turns_away(_unused_ void **state)
{
	struct fixture fixture;
	struct test_request request;

	fixture_init(&fixture, both_credentials, 2, 0);
	for (int i = 0; i < 2 * AUTH_MAX_UNKNOWN; i++)
		assert_int_equal(
			test_request_start(&fixture, &request, basic_value(fixture.arena, RIGHT))
				.code,
			ERR_OVERLOADED);
	assert_false(request.is_done);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_UNKNOWN);
	fixture_release(&fixture);
}

static void
no_memory_is_no_refusal(_unused_ void **state)
{
	struct fixture fixture;

	fixture_init(&fixture, both_credentials, 2, 8);
	fixture.has_no_memory = true;
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_OVERLOADED);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_UNKNOWN);
	fixture.has_no_memory = false;
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	fixture_release(&fixture);
}

/* ---- Replacing ---- */

static void
replacing_forgets(_unused_ void **state)
{
	struct fixture fixture;

	fixture_init(&fixture, both_credentials, 1, 8);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_NONE);
	assert_int_equal(verify_now(&fixture, RIGHT_NEXT), ERR_UNAUTHORIZED);
	auth_replace(fixture.auth, both_credentials + 1, 1);
	assert_int_equal(check_now(&fixture, RIGHT), AUTH_UNKNOWN);
	assert_int_equal(check_now(&fixture, RIGHT_NEXT), AUTH_UNKNOWN);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_UNAUTHORIZED);
	assert_int_equal(verify_now(&fixture, RIGHT_NEXT), ERR_NONE);
	fixture_release(&fixture);
}

struct replaced_row {
	const char *name;
	size_t before; /* which of the two credentials is the only one */
	size_t after;
	enum err_code want;
	enum auth_verdict want_verdict;
};

static const struct replaced_row replacements[] = {
	{ "replaced_while_right", 0, 1, ERR_UNAUTHORIZED, AUTH_REFUSED },
	{ "replaced_while_wrong", 1, 0, ERR_NONE, AUTH_ACCEPTED },
	{ "replaced_by_the_same", 0, 0, ERR_NONE, AUTH_ACCEPTED },
};

static void
a_running_verification_starts_anew(void **state)
{
	const struct replaced_row *row = *state;
	struct fixture fixture;
	struct test_request request;

	fixture_init(&fixture, both_credentials + row->before, 1, 8);
	fixture_shut(&fixture, true);
	assert_int_equal(
		test_request_start(&fixture, &request, basic_value(fixture.arena, RIGHT)).code,
		ERR_NONE);
	fixture_await_inside(&fixture);
	auth_replace(fixture.auth, both_credentials + row->after, 1);
	fixture_shut(&fixture, false);
	assert_int_equal(test_request_await(&request), row->want);
	assert_int_equal(check_now(&fixture, RIGHT), row->want_verdict);
	assert_int_equal(fixture_n_verified(&fixture), 2);
	fixture_release(&fixture);
}

/* ---- All at once, for the thread sanitizer ---- */

#define N_CLIENTS 4
#define N_ROUNDS 2000

struct client {
	pthread_t thread;
	struct fixture *fixture;
	atomic_int *n_running;
	int seed;
	int n_guesses_let_in;
};

static enum err_code
ask(struct fixture *fixture, struct str value)
{
	struct test_request request;
	enum credential_slot slot;

	switch (auth_check(fixture->auth, value, &slot)) {
	case AUTH_ACCEPTED:
		return ERR_NONE;
	case AUTH_REFUSED:
		return ERR_UNAUTHORIZED;
	case AUTH_UNKNOWN:
		break;
	}
	if (test_request_start(fixture, &request, value).code)
		return ERR_OVERLOADED;
	return test_request_await(&request);
}

static void *
client_run(void *arg)
{
	struct client *client = arg;
	struct arena *arena = arena_create();

	for (int i = 0; i < N_ROUNDS; i++) {
		int n = (i * 7 + client->seed) % 64;
		bool is_guess = n >= 32;
		const char *text = is_guess ? arena_printf(arena, "databricks:%d", n) : RIGHT;

		if (ask(client->fixture, basic_value(arena, text)) == ERR_NONE)
			client->n_guesses_let_in += is_guess;
	}
	arena_free(arena);
	atomic_fetch_sub(client->n_running, 1);
	return NULL;
}

/* The other threads ask all the while, and what they were told must not outlive the credentials. */
static void
replace_while_asked(struct fixture *fixture, atomic_int *n_running)
{
	struct str right = basic_value(fixture->arena, RIGHT);

	while (atomic_load(n_running) > 0) {
		auth_replace(fixture->auth, both_credentials + 1, 1);
		for (int i = 0; i < 20; i++)
			assert_int_not_equal(check_now(fixture, RIGHT), AUTH_ACCEPTED);
		assert_int_equal(ask(fixture, right), ERR_UNAUTHORIZED);
		auth_replace(fixture->auth, both_credentials, 2);
		for (int i = 0; i < 20; i++)
			assert_int_not_equal(check_now(fixture, RIGHT), AUTH_REFUSED);
		assert_int_equal(ask(fixture, right), ERR_NONE);
	}
}

static void
all_at_once(_unused_ void **state)
{
	struct fixture fixture;
	struct client clients[N_CLIENTS];
	atomic_int n_running = N_CLIENTS;

	fixture_init(&fixture, both_credentials, 2, 8);
	for (int i = 0; i < N_CLIENTS; i++) {
		clients[i] =
			(struct client){ .fixture = &fixture, .n_running = &n_running, .seed = i };
		assert_int_equal(pthread_create(&clients[i].thread, NULL, client_run, &clients[i]),
				 0);
	}
	replace_while_asked(&fixture, &n_running);
	for (int i = 0; i < N_CLIENTS; i++) {
		assert_int_equal(pthread_join(clients[i].thread, NULL), 0);
		assert_int_equal(clients[i].n_guesses_let_in, 0);
	}
	auth_replace(fixture.auth, both_credentials + 1, 1);
	assert_int_equal(verify_now(&fixture, RIGHT), ERR_UNAUTHORIZED);
	fixture_release(&fixture);
}

int
main(int argc, char **argv)
{
	struct rows rows = { 0 };

	ROWS_ADD(&rows, who, who_is_let_in);
	ROWS_ADD(&rows, malformed, malformed_values_are_refused_at_once);
	rows_add_one(&rows, "without_credentials_nobody_is_let_in",
		     without_credentials_nobody_is_let_in);
	rows_add_one(&rows, "a_broken_hash_costs_the_same", a_broken_hash_costs_the_same);
	rows_add_one(&rows, "what_is_remembered_grows_old", what_is_remembered_grows_old);
	rows_add_one(&rows, "no_flood_pushes_out_a_right_value", no_flood_pushes_out_a_right_value);
	rows_add_one(&rows, "the_refused_are_bounded", the_refused_are_bounded);
	rows_add_one(&rows, "one_verification_for_all_with_the_same_value",
		     one_verification_for_all_with_the_same_value);
	rows_add_one(&rows, "a_value_known_by_now_is_not_verified_again",
		     a_value_known_by_now_is_not_verified_again);
	rows_add_one(&rows, "a_flood_of_guesses_is_turned_away", a_flood_of_guesses_is_turned_away);
	rows_add_one(&rows, "a_value_that_was_right_goes_first", a_value_that_was_right_goes_first);
	rows_add_one(&rows, "a_full_pool_turns_away", a_full_pool_turns_away);
	rows_add_one(&rows, "no_memory_is_no_refusal", no_memory_is_no_refusal);
	rows_add_one(&rows, "replacing_forgets", replacing_forgets);
	ROWS_ADD(&rows, replacements, a_running_verification_starts_anew);
	rows_add_one(&rows, "all_at_once", all_at_once);
	return rows_run(&rows, argc, argv);
}
