/*
 * Threshold accepting on a loop's order, compiled: what playlists/search/polish.py does, move by move.
 *
 * The Python form is the reference and says why; names are the same. Both count in whole numbers
 * alone, so they find the same order to the last byte, whatever compiler and machine. Starts and
 * gaps are in ms, errors in 1/4096 of the ideal gap, costs in the square of that.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY (-1)
#define REACH 6
#define MOST_MOVED (REACH + 1)
#define SLACKS 256
#define ONE INT64_C(4096)
#define GREATEST_ERROR (ONE * 32)
#define GREATEST_FACTOR (INT64_C(1) << 20)
#define REPEAT (ONE * ONE)
#define BROKEN_GAP (REPEAT * 5)
#define BROKEN_BY (ONE * 100)
#define IMPOSSIBLE (INT64_C(1) << 61)

#ifndef SOURCE
#define SOURCE ""
#endif

/* What is wanted of one track, an item or a campaign: playlists/search/prices.py. */
struct rule {
    int64_t inverse, weight, steepness;
    int64_t repeat_ms, min_gap_ms, max_gap_ms;
    int64_t counted;
};

/* What is to be ordered: playlists/search/problem.py. Tracks go by play, -1 for none. */
struct problem {
    int32_t size, items, campaigns;
    const int64_t *durations;
    const int32_t *item_of, *campaign_of;
    const struct rule *item_rules, *campaign_rules;
};

struct effort {
    int64_t epochs, moves, heat, campaign_score;
};

/* playlists/search/timeline.py: `order` and `starts` go by position, the rest by play. */
struct timeline {
    int32_t size;
    int64_t period_ms;
    const int64_t *durations;
    int64_t *starts;
    int32_t *order, *positions;
};

/* playlists/search/tracks.py: all tracks of one kind; gaps and costs are those before a play. */
struct tracks {
    const struct timeline *line;
    const struct rule *rules;
    int32_t count;
    const int32_t *track_of;
    int64_t *gaps, *costs;
    int32_t *preceding, *following;
};

/* What a track would be like within a window. */
struct thread {
    int64_t change;
    int32_t links;
    int32_t before[MOST_MOVED + 1], play[MOST_MOVED + 1];
    int64_t gap_ms[MOST_MOVED + 1];
};

/* playlists/search/moves.py: the play at `low` goes behind the one at `high`, that one before it, or both. */
struct move {
    int32_t low, first, last, begin, end;
    int64_t shift_ms, on_ms, span_ms;
    int32_t own[2];
};

struct search {
    struct timeline line;
    struct tracks items, campaigns;
    int32_t *turned;
    uint64_t state;
};

static const int32_t no_tracks[2] = {-1, -1};

static uint64_t draw(struct search *search)
{
    search->state = search->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return search->state >> 16;
}

/* No gap is longer than the loop, so the product is at most 2^40 x the plays of the track. */
static int64_t error_of(const struct rule *rule, int64_t gap_ms)
{
    return (gap_ms * rule->inverse >> 28) - ONE;
}

static int64_t price(const struct rule *rule, int64_t steepness, int64_t gap_ms)
{
    int64_t error = error_of(rule, gap_ms);
    if (error > GREATEST_ERROR)
        error = GREATEST_ERROR;
    int64_t square = error * error;
    int64_t cost = square * rule->weight >> 8;
    if (error > 0 && steepness) {
        int64_t factor = square * steepness >> 28;
        cost += square * (factor < GREATEST_FACTOR ? factor : GREATEST_FACTOR);
    }
    if (gap_ms <= rule->repeat_ms)
        cost += REPEAT;
    if (gap_ms < rule->min_gap_ms)
        cost += BROKEN_GAP + BROKEN_BY * (ONE - gap_ms * ONE / rule->min_gap_ms);
    if (rule->max_gap_ms > 0 && gap_ms > rule->max_gap_ms)
        cost += BROKEN_GAP + BROKEN_BY * (gap_ms * ONE / rule->max_gap_ms - ONE);
    return cost;
}

static void write_plays(struct timeline *line, int32_t low, const int32_t *plays, int32_t count)
{
    int64_t at_ms = line->starts[low];
    for (int32_t index = 0; index < count; index++) {
        int32_t play = plays[index];
        line->order[low + index] = play;
        line->starts[low + index] = at_ms;
        line->positions[play] = low + index;
        at_ms += line->durations[play];
    }
}

static void rotate(struct search *search, int32_t by)
{
    struct timeline *line = &search->line;
    for (int32_t index = 0; index < line->size; index++)
        search->turned[index] = line->order[(index + by) % line->size];
    write_plays(line, 0, search->turned, line->size);
}

static int64_t price_in(const struct tracks *tracks, int32_t track, int64_t gap_ms)
{
    const struct rule *rule = &tracks->rules[track];
    return price(rule, rule->steepness, gap_ms);
}

static void set_gap(const struct tracks *tracks, int32_t play, int64_t gap_ms)
{
    tracks->gaps[play] = gap_ms;
    tracks->costs[play] = price_in(tracks, tracks->track_of[play], gap_ms);
}

/* How much dearer the gap before a play gets by `by_ms` more; `make` makes it that long. */
static int64_t lengthen(const struct tracks *tracks, int32_t play, int64_t by_ms, int make)
{
    int64_t gap_ms = tracks->gaps[play] + by_ms, cost = tracks->costs[play];
    if (make)
        set_gap(tracks, play, gap_ms);
    return (make ? tracks->costs[play] : price_in(tracks, tracks->track_of[play], gap_ms)) - cost;
}

static void set_link(const struct tracks *tracks, int32_t before, int32_t play, int64_t gap_ms)
{
    tracks->preceding[play] = before;
    tracks->following[before] = play;
    set_gap(tracks, play, gap_ms);
}

static int64_t start_of(const struct timeline *line, int32_t play)
{
    return line->starts[line->positions[play]];
}

/* Links one track's plays; tracks are few, so each is looked for on its own. */
static void thread_track(const struct tracks *tracks, int32_t track)
{
    const struct timeline *line = tracks->line;
    int32_t first = NOBODY, before = NOBODY;
    for (int32_t position = 0; position < line->size; position++) {
        int32_t play = line->order[position];
        if (tracks->track_of[play] != track)
            continue;
        if (first == NOBODY)
            first = play;
        else
            set_link(tracks, before, play, line->starts[position] - start_of(line, before));
        before = play;
    }
    if (first != NOBODY)
        set_link(tracks, before, first, start_of(line, first) + line->period_ms - start_of(line, before));
}

static int64_t worst_error(const struct tracks *tracks)
{
    int64_t worst = 0;
    for (int32_t play = 0; play < tracks->line->size; play++) {
        int32_t track = tracks->track_of[play];
        if (track < 0 || !tracks->rules[track].counted)
            continue;
        int64_t error = error_of(&tracks->rules[track], tracks->gaps[play]);
        if (error > worst)
            worst = error;
    }
    return worst;
}

static int64_t plain_costs(const struct tracks *tracks)
{
    int64_t total = 0;
    for (int32_t play = 0; play < tracks->line->size; play++) {
        int32_t track = tracks->track_of[play];
        if (track >= 0)
            total += price(&tracks->rules[track], 0, tracks->gaps[play]);
    }
    return total;
}

static int64_t cost_alone(const struct tracks *tracks, int32_t play, int64_t by_ms, int64_t span_ms)
{
    if (tracks->track_of[play] < 0)
        return 0;
    int32_t after = tracks->following[play];
    if (tracks->gaps[by_ms > 0 ? after : play] <= span_ms)
        return IMPOSSIBLE;
    return lengthen(tracks, play, by_ms, 0) + lengthen(tracks, after, -by_ms, 0);
}

/* How much dearer all tracks but two get if the plays between are shifted; `make` shifts them. */
static int64_t shift_together(
    const struct tracks *tracks, const struct move *move, const int32_t *left_out, int make)
{
    const struct timeline *line = tracks->line;
    int64_t first_ms = line->starts[move->begin], last_ms = line->starts[move->end];
    int64_t change = 0;
    for (int32_t position = move->begin; position <= move->end; position++) {
        int32_t play = line->order[position], track = tracks->track_of[play];
        if (track < 0 || track == left_out[0] || track == left_out[1])
            continue;
        int32_t after = tracks->following[play];
        if (tracks->gaps[play] > line->starts[position] - first_ms)
            change += lengthen(tracks, play, move->shift_ms, make);
        if (tracks->gaps[after] > last_ms - line->starts[position])
            change += lengthen(tracks, after, -move->shift_ms, make);
    }
    return change;
}

static void move_alone(const struct tracks *tracks, int32_t play, int64_t by_ms)
{
    if (play == NOBODY || tracks->track_of[play] < 0)
        return;
    lengthen(tracks, play, by_ms, 1);
    lengthen(tracks, tracks->following[play], -by_ms, 1);
}

static void add_link(struct thread *thread, int32_t before, int32_t play, int64_t gap_ms)
{
    thread->before[thread->links] = before;
    thread->play[thread->links] = play;
    thread->gap_ms[thread->links++] = gap_ms;
}

static void thread_window(
    const struct tracks *tracks, int32_t track, int32_t low, const int32_t *plays, int32_t count,
    struct thread *thread)
{
    const struct timeline *line = tracks->line;
    int32_t first = NOBODY, last = NOBODY;
    thread->links = 0;
    thread->change = 0;
    for (int32_t position = low; position < low + count; position++) {
        int32_t play = line->order[position];
        if (tracks->track_of[play] != track)
            continue;
        if (first == NOBODY)
            first = play;
        last = play;
        thread->change -= tracks->costs[play];
    }
    int32_t before = tracks->preceding[first], after = tracks->following[last];
    if (before == last) {
        thread->change = IMPOSSIBLE;
        return;
    }
    thread->change -= tracks->costs[after];
    int64_t before_ms = start_of(line, first) - tracks->gaps[first];
    int64_t after_ms = start_of(line, last) + tracks->gaps[after];
    int64_t at_ms = line->starts[low];
    for (int32_t index = 0; index < count; index++) {
        int32_t play = plays[index];
        if (tracks->track_of[play] == track) {
            add_link(thread, before, play, at_ms - before_ms);
            before = play;
            before_ms = at_ms;
        }
        at_ms += line->durations[play];
    }
    add_link(thread, before, after, after_ms - before_ms);
    for (int32_t link = 0; link < thread->links; link++)
        thread->change += price_in(tracks, track, thread->gap_ms[link]);
}

static void set_thread(const struct tracks *tracks, const struct thread *thread)
{
    for (int32_t link = 0; link < thread->links; link++)
        set_link(tracks, thread->before[link], thread->play[link], thread->gap_ms[link]);
}

static int32_t new_order(const struct search *search, const struct move *move, int32_t *plays)
{
    int32_t count = 0;
    if (move->last != NOBODY)
        plays[count++] = move->last;
    for (int32_t position = move->begin; position <= move->end; position++)
        plays[count++] = search->line.order[position];
    if (move->first != NOBODY)
        plays[count++] = move->first;
    return count;
}

/* Looks at the moved plays' campaigns too, and makes the move if all of it is worth it. */
static void finish(struct search *search, const struct move *move, int shifts, int64_t slack)
{
    int32_t plays[MOST_MOVED];
    int32_t count = new_order(search, move, plays), threads = 0;
    struct thread thread[2];
    for (int which = 0; which < 2; which++) {
        int32_t track = move->own[which];
        if (track < 0 || (which == 1 && track == move->own[0]))
            continue;
        thread_window(&search->campaigns, track, move->low, plays, count, &thread[threads]);
        slack -= thread[threads++].change;
    }
    if (slack < 0)
        return;
    if (shifts) {
        shift_together(&search->items, move, no_tracks, 1);
        shift_together(&search->campaigns, move, move->own, 1);
    }
    move_alone(&search->items, move->first, move->on_ms);
    move_alone(&search->items, move->last, -move->span_ms);
    for (int32_t index = 0; index < threads; index++)
        set_thread(&search->campaigns, &thread[index]);
    write_plays(&search->line, move->low, plays, count);
}

static void attempt(
    struct search *search, int32_t low, int32_t high, int32_t first, int32_t last, int64_t slack)
{
    const struct timeline *line = &search->line;
    const int32_t *campaign_of = search->campaigns.track_of;
    int64_t first_ms = first == NOBODY ? 0 : line->durations[first];
    int64_t last_ms = last == NOBODY ? 0 : line->durations[last];
    int64_t span_ms = line->starts[high] - line->starts[low];
    int64_t on_ms = span_ms + line->durations[line->order[high]] - first_ms;
    int64_t change = 0;
    if (first != NOBODY)
        change = cost_alone(&search->items, first, on_ms, span_ms);
    if (last != NOBODY)
        change += cost_alone(&search->items, last, -span_ms, span_ms);
    if (change > slack)
        return;
    struct move move = {
        .low = low, .first = first, .last = last,
        .begin = low + (first != NOBODY), .end = high - (last != NOBODY),
        .shift_ms = last_ms - first_ms, .on_ms = on_ms, .span_ms = span_ms,
        .own = {first == NOBODY ? -1 : campaign_of[first], last == NOBODY ? -1 : campaign_of[last]},
    };
    int shifts = move.shift_ms != 0 && move.begin <= move.end;
    if (shifts)
        change += shift_together(&search->items, &move, no_tracks, 0)
            + shift_together(&search->campaigns, &move, move.own, 0);
    if (change <= slack)
        finish(search, &move, shifts, slack - change);
}

static int64_t score(const struct search *search, int64_t campaign_score)
{
    int64_t item = worst_error(&search->items), campaign = worst_error(&search->campaigns);
    int64_t total = plain_costs(&search->items) + plain_costs(&search->campaigns);
    return item * item + (campaign * campaign * campaign_score >> 8) + total / search->line.size;
}

static void run_epoch(struct search *search, int64_t moves, int64_t heat)
{
    int64_t slacks[SLACKS];
    for (int64_t part = 0; part < SLACKS; part++)
        slacks[part] = heat * (part * part * part * part) >> 32;
    int32_t size = search->line.size;
    for (int64_t move = 0; move < moves; move++) {
        uint64_t bits = draw(search);
        int32_t low = (int32_t)((bits >> 32) * (uint64_t)size >> 16);
        int32_t high = low + 1 + (int32_t)((bits >> 16 & 0xFFFF) * REACH >> 16);
        if (high >= size)
            continue;
        int32_t first = search->line.order[low], last = search->line.order[high];
        uint64_t way = bits >> 8 & 7;
        if (way == 0)
            first = NOBODY;
        else if (way == 1)
            last = NOBODY;
        attempt(search, low, high, first, last, slacks[bits & (SLACKS - 1)]);
    }
}

static int64_t run(struct search *search, const struct effort *effort, int32_t *best)
{
    size_t bytes = sizeof(int32_t) * (size_t)search->line.size;
    int64_t least = score(search, effort->campaign_score);
    memcpy(best, search->line.order, bytes);
    for (int64_t epoch = 0; epoch < effort->epochs; epoch++) {
        int64_t left = effort->epochs - epoch;
        rotate(search, (int32_t)(draw(search) % (uint64_t)search->line.size));
        run_epoch(search, effort->moves, effort->heat * left * left / (effort->epochs * effort->epochs));
        int64_t found = score(search, effort->campaign_score);
        if (found < least) {
            least = found;
            memcpy(best, search->line.order, bytes);
        }
    }
    return least;
}

/* Lays out two arrays of 64 and two of 32 bits for each kind, two and three for the line. */
static void lay_out(struct search *search, const struct problem *problem, int64_t *wide, int32_t *narrow)
{
    int32_t size = problem->size;
    search->line = (struct timeline){size, 0, problem->durations, wide, narrow, narrow + size};
    search->turned = narrow + 2 * size;
    search->items = (struct tracks){
        &search->line, problem->item_rules, problem->items, problem->item_of,
        wide + size, wide + 2 * size, narrow + 3 * size, narrow + 4 * size};
    search->campaigns = (struct tracks){
        &search->line, problem->campaign_rules, problem->campaigns, problem->campaign_of,
        wide + 3 * size, wide + 4 * size, narrow + 5 * size, narrow + 6 * size};
    for (int32_t play = 0; play < size; play++) {
        search->turned[play] = play;
        search->line.period_ms += problem->durations[play];
    }
    write_plays(&search->line, 0, search->turned, size);
    for (int32_t track = 0; track < problem->items; track++)
        thread_track(&search->items, track);
    for (int32_t track = 0; track < problem->campaigns; track++)
        thread_track(&search->campaigns, track);
}

/* The digest of this file when it was compiled: a core from other source isn't used. */
const char *anping_source(void);
const char *anping_source(void)
{
    return SOURCE;
}

/* Fills `best` with the plays in their best order; its score, or -1 if there is no memory. */
int64_t anping_search(
    const struct problem *problem, const struct effort *effort, uint64_t seed, int32_t *best);
int64_t anping_search(
    const struct problem *problem, const struct effort *effort, uint64_t seed, int32_t *best)
{
    size_t size = (size_t)problem->size;
    int64_t *wide = calloc(5 * size, sizeof(int64_t));
    int32_t *narrow = calloc(7 * size, sizeof(int32_t));
    int64_t least = -1;
    if (wide && narrow) {
        struct search search = {.state = seed};
        lay_out(&search, problem, wide, narrow);
        least = run(&search, effort, best);
    }
    free(wide);
    free(narrow);
    return least;
}
