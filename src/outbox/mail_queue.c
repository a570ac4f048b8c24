/*
 * The queue: a thread that sleeps until the first mail is due.
 *
 * Due times are wall-clock times, for they outlive the process. A clock that is set back takes them
 * with it; one that is set forward makes each mail due at most once.
 */
#include "outbox/mail_queue.h"

#include "base/fault.h"
#include "base/uuid.h"

#include <pthread.h>
#include <signal.h>

#define MAX_WAITING 10000
/* How often the wall clock is looked at while something waits. */
#define LOOK_MS 1000
/* The store is busy, or broken: not at once again. */
#define BACK_OFF_MS 1000
/* A clock that is adjusted little by little is not set back. */
#define SET_BACK_MS 1000
#define HORIZON_MS (MAIL_MAX_DELAY_MS + MAIL_PAUSE_MS)

struct mail_queue {
	struct mail_options options;
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t changed;
	bool is_kicked; /* something was added */
	atomic_bool is_stopping;
	/* The thread's own. */
	struct instant wall;
	struct tick tick;
	bool has_pulled_in;
};

/* One pass: what is loaded, and what is noted of it. */
struct round {
	struct mail_queue *queue;
	struct arena *arena;
	struct instant now;
	int64_t shift_ms;
	bool pulls_in;
	struct stored_mail mail;
	enum smtp_outcome outcome;
	int64_t n_tries;
	struct instant next_try; /* after a failure; unset: given up */
};

static void
report(const struct mail_queue *queue, const struct mail_report *what)
{
	queue->options.report(queue->options.context, what);
}

/* ---- On the store thread ---- */

static struct err
load_first(void *arg, struct store_tx *tx)
{
	struct round *round = arg;
	struct err err = OK_NONE;

	if (round->shift_ms)
		err = store_shift_mail(tx, round->shift_ms);
	if (!err.code && round->pulls_in)
		err = store_pull_in_mail(tx, round->now, instant_add_ms(round->now, HORIZON_MS));
	return err.code ? err : store_load_first_mail(tx, round->arena, &round->mail);
}

static struct err
note_outcome(void *arg, struct store_tx *tx)
{
	const struct round *round = arg;

	if (round->outcome == SMTP_SENT)
		return store_note_mail_sent(tx, round->mail.id, round->n_tries, round->now);
	return store_note_mail_failed(tx, round->mail.id, round->n_tries,
				      str_of(smtp_outcome_name(round->outcome)), round->next_try);
}

/* ---- On the thread of the queue ---- */

static void
report_fault(const struct mail_queue *queue, struct err err)
{
	struct mail_report fault = { .what = MAIL_REPORT_FAULT, .why = err.detail };

	report(queue, &fault);
}

/* By how much the wall clock was set back since it was looked at. */
static int64_t
set_back_ms(struct mail_queue *queue)
{
	struct instant wall = clock_now(queue->options.clock);
	struct tick tick = clock_tick(queue->options.clock);
	int64_t jump_ms = wall.ms - queue->wall.ms - tick_ms_between(queue->tick, tick);

	if (jump_ms > -SET_BACK_MS && jump_ms < 0)
		return 0; /* and is added up until it counts */
	queue->wall = wall;
	queue->tick = tick;
	return jump_ms < 0 ? jump_ms : 0;
}

static void
report_outcome(const struct round *round)
{
	struct mail_report what = {
		.what = MAIL_REPORT_SENT,
		.kind = round->mail.kind,
		.recipient = round->mail.recipient,
		.n_tries = round->n_tries,
		.why = smtp_outcome_name(round->outcome),
	};

	if (round->outcome != SMTP_SENT)
		what.what =
			instant_is_set(round->next_try) ? MAIL_REPORT_FAILED : MAIL_REPORT_GIVEN_UP;
	report(round->queue, &what);
}

static enum smtp_outcome
send_mail(struct round *round)
{
	const struct mail_options *options = &round->queue->options;
	struct stored_mail *mail = &round->mail;
	struct str token = STR("");
	struct message_sender sender;
	struct message message;

	if (mail->kind == MAIL_SIGN_UP_LINK)
		token = vault_launch_mint_mailed(options->vault, round->arena, mail->id,
						 mail->user_id,
						 instant_add_ms(round->now, LAUNCH_MS));
	options->sender(options->context, round->arena, &sender);
	sender.from = options->relay.from;
	message_build(round->arena, &sender, mail, token, round->now, &message);
	return smtp_send(&options->relay, &message, &round->queue->is_stopping);
}

/* Until it is noted: else the mail would go out again and again, as fast as the relay takes it. */
static void
note(struct round *round)
{
	struct mail_queue *queue = round->queue;
	struct timespec pause = { BACK_OFF_MS / 1000, 0 };
	struct err err = store_run(queue->options.store, note_outcome, round);

	while (err.code && !atomic_load(&queue->is_stopping)) {
		report_fault(queue, err);
		(void)nanosleep(&pause, NULL); /* a signal only shortens it */
		err = store_run(queue->options.store, note_outcome, round);
	}
}

static void
deliver(struct round *round)
{
	int64_t delay_ms;

	round->outcome = send_mail(round);
	if (round->outcome == SMTP_STOPPED)
		return;
	(void)FAULT_POINT("mail_taken");
	round->now = clock_now(round->queue->options.clock);
	round->n_tries = round->mail.n_tries + 1;
	delay_ms = round->outcome == SMTP_REFUSED ? -1 : mail_retry_delay_ms(round->n_tries);
	round->next_try.ms = delay_ms < 0 ? 0 : round->now.ms + delay_ms;
	note(round);
	report_outcome(round);
}

/* Sends what is due first, if it is. Returns when to look again; unset: when something is added. */
static struct instant
run_round(struct mail_queue *queue)
{
	_cleanup_(arena_freep) struct arena *arena = arena_create();
	struct round round = {
		.queue = queue,
		.arena = arena,
		.shift_ms = set_back_ms(queue),
		.pulls_in = !queue->has_pulled_in,
	};
	struct err err;

	round.now = queue->wall;
	err = store_run(queue->options.store, load_first, &round);
	if (err.code) {
		report_fault(queue, err);
		return instant_add_ms(round.now, BACK_OFF_MS);
	}
	queue->has_pulled_in = true;
	if (str_is_empty(round.mail.id))
		return (struct instant){ 0 };
	if (instant_is_before(round.now, round.mail.next_try))
		return round.mail.next_try;
	deliver(&round);
	return round.now;
}

static struct timespec
after_ms(int64_t ms)
{
	struct timespec until;

	if (clock_gettime(CLOCK_MONOTONIC, &until) != 0)
		abort(); /* cannot fail for this clock */
	until.tv_sec += ms / 1000;
	return until;
}

static bool
is_time(struct mail_queue *queue, struct instant next)
{
	struct instant now = clock_now(queue->options.clock);

	return instant_is_set(next) &&
	       (!instant_is_before(now, next) || instant_is_before(now, queue->wall));
}

static void
wait_for(struct mail_queue *queue, struct instant next)
{
	(void)pthread_mutex_lock(&queue->mutex); /* these fail on bugs only: the mutex is plain */
	while (!queue->is_kicked && !atomic_load(&queue->is_stopping) && !is_time(queue, next)) {
		struct timespec until = after_ms(LOOK_MS);

		if (instant_is_set(next))
			(void)pthread_cond_timedwait(&queue->changed, &queue->mutex, &until);
		else
			(void)pthread_cond_wait(&queue->changed, &queue->mutex);
	}
	queue->is_kicked = false;
	(void)pthread_mutex_unlock(&queue->mutex);
}

static void *
work(void *arg)
{
	struct mail_queue *queue = arg;

	while (!atomic_load(&queue->is_stopping))
		wait_for(queue, run_round(queue));
	return NULL;
}

/* ---- Up and down ---- */

static void
init_waiting(struct mail_queue *queue)
{
	pthread_condattr_t monotonic;

	if (pthread_mutex_init(&queue->mutex, NULL) != 0 ||
	    pthread_condattr_init(&monotonic) != 0 ||
	    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) != 0 ||
	    pthread_cond_init(&queue->changed, &monotonic) != 0)
		abort();
	(void)pthread_condattr_destroy(&monotonic); /* does nothing here */
}

static void
queue_destroy(struct mail_queue *queue)
{
	(void)pthread_cond_destroy(&queue->changed); /* nobody waits any more */
	(void)pthread_mutex_destroy(&queue->mutex);
	free(queue);
}

struct mail_queue *
mail_queue_new(const struct mail_options *options)
{
	struct mail_queue *queue = calloc(1, sizeof(*queue));
	sigset_t all;
	sigset_t before;
	int result;

	if (!queue)
		abort();
	queue->options = *options;
	queue->wall = clock_now(options->clock);
	queue->tick = clock_tick(options->clock);
	atomic_init(&queue->is_stopping, false);
	init_waiting(queue);
	/* Signals are for the main thread. */
	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before); /* fails for a bad first argument */
	result = pthread_create(&queue->thread, NULL, work, queue);
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (result != 0) {
		queue_destroy(queue);
		return NULL;
	}
	return queue;
}

static void
kick(struct mail_queue *queue)
{
	(void)pthread_mutex_lock(&queue->mutex);
	queue->is_kicked = true;
	(void)pthread_cond_signal(&queue->changed);
	(void)pthread_mutex_unlock(&queue->mutex);
}

void
mail_queue_free(struct mail_queue *queue)
{
	if (!queue)
		return;
	atomic_store(&queue->is_stopping, true);
	kick(queue);
	(void)pthread_join(queue->thread, NULL); /* ours and never joined before */
	queue_destroy(queue);
}

/* ---- Adding ---- */

static struct err
may_be_added(struct mail_queue *queue, struct store_tx *tx, struct stored_mail *mail,
	     struct instant now, bool *ret_may)
{
	struct mail_report full = {
		.what = MAIL_REPORT_FULL,
		.kind = mail->kind,
		.recipient = mail->recipient,
	};
	struct mail_recent recent;
	int64_t n_waiting = 0;
	struct err err = store_load_recent_mail(tx, mail, now, &recent);

	*ret_may = false;
	if (err.code || !mail_due_decide(mail->kind, &recent, now, &mail->next_try))
		return err;
	err = store_count_waiting_mail(tx, MAX_WAITING, &n_waiting);
	if (!err.code && n_waiting >= MAX_WAITING)
		report(queue, &full);
	*ret_may = !err.code && n_waiting < MAX_WAITING;
	return err;
}

struct err
mail_enqueue(struct mail_queue *queue, struct store_tx *tx, struct arena *arena,
	     const struct mail_order *order)
{
	struct instant now = clock_now(queue->options.clock);
	struct message_sender sender;
	struct stored_mail mail = {
		.id = uuid_new(arena, now, queue->options.rng),
		.kind = order->kind,
		.recipient = order->recipient.text,
		.recipient_key = order->recipient.key,
		.account_id = order->account_id,
		.user_id = order->user_id,
		.connection_id = order->connection_id,
		.page = order->page,
		.person = order->person,
		.person_name = order->person_name,
	};
	bool may_be = false;
	struct err err = may_be_added(queue, tx, &mail, now, &may_be);

	if (err.code || !may_be)
		return err;
	queue->options.sender(queue->options.context, arena, &sender);
	mail.subject = message_subject(arena, order->kind, sender.partner);
	err = store_add_mail(tx, &mail, now);
	/* Its job comes after this one: the store runs one at a time and in order. */
	if (!err.code)
		kick(queue);
	return err;
}
