/**
 * What the tests of auth share: a verifier that counts and can be held up, a clock that is moved by
 * hand, requests that are waited for. Passwords of the fixture: "current-pass" opens HASH_CURRENT,
 * "next-pass" opens HASH_NEXT.
 */
#ifndef PC_VAULT_AUTH_FIXTURE_TEST_H
#define PC_VAULT_AUTH_FIXTURE_TEST_H

#include "vault/auth_internal.h"

#include <pthread.h>
#include <sodium.h>

#include "support/rows.h"

/* Well-formed, and told apart by the first letter of the salt. */
#define HASH_HEAD "$argon2id$v=19$m=8,t=1,p=1$"
#define HASH_TAIL "AAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define HASH_CURRENT HASH_HEAD "C" HASH_TAIL
#define HASH_NEXT HASH_HEAD "N" HASH_TAIL

struct fixture {
	struct password_verifier verifier;
	struct clock clock;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	/* All below: under the mutex. */
	struct tick now;
	bool is_shut; /* verifications wait */
	bool has_no_memory;
	int n_inside; /* that wait */
	int n_verified;
	int n_dummies;
	char order[64]; /* the last letter of each password, as they were verified */
	struct arena *arena;
	struct pool *pool;
	struct auth *auth;
};

struct test_request {
	struct auth_request request;
	struct fixture *fixture;
	bool is_done;
	struct err err;
	enum credential_slot slot;
};

static const struct auth_credential both_credentials[] = {
	{ CREDENTIAL_CURRENT, STR_INIT("databricks"), STR_INIT(HASH_CURRENT) },
	{ CREDENTIAL_NEXT, STR_INIT("databricks-2"), STR_INIT(HASH_NEXT) },
};

static inline enum password_verdict
fixture_verify(struct password_verifier *self, const char hash[static PASSWORD_HASH_SIZE],
	       struct str password)
{
	struct fixture *fixture = CONTAINER_OF(self, struct fixture, verifier);
	struct str right = { 0 };
	bool has_no_memory;

	(void)pthread_mutex_lock(&fixture->mutex);
	fixture->n_inside++;
	(void)pthread_cond_broadcast(&fixture->changed);
	while (fixture->is_shut)
		(void)pthread_cond_wait(&fixture->changed, &fixture->mutex);
	fixture->n_inside--;
	if (password.len && fixture->n_verified < (int)sizeof(fixture->order) - 1)
		fixture->order[fixture->n_verified] = password.ptr[password.len - 1];
	fixture->n_verified++;
	if (strcmp(hash, HASH_CURRENT) == 0)
		right = STR("current-pass");
	else if (strcmp(hash, HASH_NEXT) == 0)
		right = STR("next-pass");
	else
		fixture->n_dummies++;
	has_no_memory = fixture->has_no_memory;
	(void)pthread_mutex_unlock(&fixture->mutex);
	if (has_no_memory)
		return PASSWORD_NO_MEMORY;
	return right.ptr && str_equal(right, password) ? PASSWORD_RIGHT : PASSWORD_WRONG;
}

static inline struct tick
fixture_tick(struct clock *clock)
{
	struct fixture *fixture = CONTAINER_OF(clock, struct fixture, clock);
	struct tick now;

	(void)pthread_mutex_lock(&fixture->mutex);
	now = fixture->now;
	(void)pthread_mutex_unlock(&fixture->mutex);
	return now;
}

static inline void
fixture_init(struct fixture *fixture, const struct auth_credential *credentials, size_t n,
	     size_t max_queue)
{
	*fixture = (struct fixture){ .verifier.verify = fixture_verify,
				     .clock.tick = fixture_tick,
				     .now = { 1 } };
	assert_int_equal(pthread_mutex_init(&fixture->mutex, NULL), 0);
	assert_int_equal(pthread_cond_init(&fixture->changed, NULL), 0);
	fixture->arena = arena_create();
	fixture->pool = pool_new(2, max_queue);
	assert_non_null(fixture->pool);
	fixture->auth =
		auth_new_with(fixture->pool, &fixture->clock, &fixture->verifier, credentials, n);
}

static inline void
fixture_release(struct fixture *fixture)
{
	pool_free(fixture->pool);
	auth_free(fixture->auth);
	arena_free(fixture->arena);
	(void)pthread_cond_destroy(&fixture->changed);
	(void)pthread_mutex_destroy(&fixture->mutex);
}

static inline void
fixture_shut(struct fixture *fixture, bool is_shut)
{
	(void)pthread_mutex_lock(&fixture->mutex);
	fixture->is_shut = is_shut;
	(void)pthread_cond_broadcast(&fixture->changed);
	(void)pthread_mutex_unlock(&fixture->mutex);
}

/* Until a verification waits at the door. */
static inline void
fixture_await_inside(struct fixture *fixture)
{
	(void)pthread_mutex_lock(&fixture->mutex);
	while (fixture->n_inside == 0)
		(void)pthread_cond_wait(&fixture->changed, &fixture->mutex);
	(void)pthread_mutex_unlock(&fixture->mutex);
}

static inline void
fixture_advance(struct fixture *fixture, int64_t ms)
{
	(void)pthread_mutex_lock(&fixture->mutex);
	fixture->now = tick_add_ms(fixture->now, ms);
	(void)pthread_mutex_unlock(&fixture->mutex);
}

static inline int
fixture_n_verified(struct fixture *fixture)
{
	int n;

	(void)pthread_mutex_lock(&fixture->mutex);
	n = fixture->n_verified;
	(void)pthread_mutex_unlock(&fixture->mutex);
	return n;
}

static inline struct str
basic_value(struct arena *arena, const char *user_and_password)
{
	size_t len = strlen(user_and_password);
	size_t size = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
	char *text = arena_alloc(arena, size);

	(void)sodium_bin2base64(text, size, (const uint8_t *)user_and_password, len,
				sodium_base64_VARIANT_ORIGINAL);
	return str_of(arena_printf(arena, "Basic %s", text));
}

static inline void
test_request_done(struct auth_request *request, struct err err, enum credential_slot slot)
{
	struct test_request *self = CONTAINER_OF(request, struct test_request, request);
	struct fixture *fixture = self->fixture;

	(void)pthread_mutex_lock(&fixture->mutex);
	self->err = err;
	self->slot = slot;
	self->is_done = true;
	(void)pthread_cond_broadcast(&fixture->changed);
	(void)pthread_mutex_unlock(&fixture->mutex);
}

static inline struct err
test_request_start(struct fixture *fixture, struct test_request *request, struct str value)
{
	*request = (struct test_request){
		.request = { .authorization = value, .done = test_request_done },
		.fixture = fixture,
	};
	return auth_verify(fixture->auth, &request->request);
}

static inline enum err_code
test_request_await(struct test_request *request)
{
	struct fixture *fixture = request->fixture;

	(void)pthread_mutex_lock(&fixture->mutex);
	while (!request->is_done)
		(void)pthread_cond_wait(&fixture->changed, &fixture->mutex);
	(void)pthread_mutex_unlock(&fixture->mutex);
	return request->err.code;
}

static inline enum err_code
verify_now(struct fixture *fixture, const char *user_and_password)
{
	struct test_request request;
	struct err err = test_request_start(fixture, &request,
					    basic_value(fixture->arena, user_and_password));

	assert_int_equal(err.code, ERR_NONE);
	return test_request_await(&request);
}

static inline enum auth_verdict
check_now(struct fixture *fixture, const char *user_and_password)
{
	enum credential_slot slot;

	return auth_check(fixture->auth, basic_value(fixture->arena, user_and_password), &slot);
}

#endif
