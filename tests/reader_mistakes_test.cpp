// What is wrong with a scenario file is said in one line, with its place and what to do.
#include "tests/reading.hpp"

#include <sstream>

namespace interlock::models {

namespace {

using test::after_tasks;
using test::Frame;
using test::in_file;
using test::in_head;
using test::in_job;
using test::in_period;
using test::in_step;
using test::problem_in;

// A case of the table is YAML, then '!' and the problem, which goes on in lines that begin so.
void expect_problems(const Frame& frame, const std::string& table) {
    std::istringstream lines(table.substr(1));
    std::string text;
    std::string line;
    while (std::getline(lines, line)) {
        std::size_t const mark = line.find("! ");
        text += line.substr(0, mark) + "\n";
        if (mark == std::string::npos) {
            continue;
        }
        std::string problem = line.substr(mark + 2);
        while (lines.peek() == '!' && std::getline(lines, line)) {
            problem += line.substr(1);
        }
        EXPECT_EQ(problem_in(frame.before + text + frame.after), problem) << text;
        text.clear();
    }
}

}  // namespace

TEST(Reader, RejectsWhatIsNoDuration) {
    expect_problems(in_period, R"(
10 ! 3:20: period '10' has no unit; add one of us, ms, s, min, h
10ns ! 3:20: period '10ns' has an unknown unit; there is us, ms, s, min, h
-10s ! 3:20: period '-10s' is negative
9223372036.854775808s ! 3:20: period '9223372036.854775808s' is too long; 292 years are the most
99999999999999999999us ! 3:20: period '99999999999999999999us' is too long; 292 years are the most
0.0001us ! 3:20: period '0.0001us' has too many decimals; nanoseconds are counted whole
1.00000000005s ! 3:20: period '1.00000000005s' has too many decimals; nanoseconds are counted whole
s ! 3:20: period 's' is not a duration; write a number and a unit, as 10s
.5s ! 3:20: period '.5s' is not a duration; write a number and a unit, as 10s
1.s ! 3:20: period '1.s' is not a duration; write a number and a unit, as 10s
+1s ! 3:20: period '+1s' is not a duration; write a number and a unit, as 10s
)");
}

TEST(Reader, NeedsExactlyOneDocumentOfYaml) {
    expect_problems(in_file, R"(
# nothing yet ! 1:1: there is nothing here; a scenario starts with interlock: 1
interlock: 1
---
interlock: 1 ! 2:1: a second document starts here; one file, one scenario
, ! 1:1: this is not YAML: nothing can begin like this
- work ! 1:1: a scenario must be a map of keys and values
interlock: 1
name: [n ! 3:1: this is not YAML: end of sequence flow not found
interlock: *one ! 1:12: this is not YAML: the referenced anchor is not defined
)");
    std::string const deep(5000, '[');
    EXPECT_EQ(problem_in(deep), "1:1: this is not YAML that can be read: it nests too deeply");
}

TEST(Reader, NamesAMissingKeyAndAnotherVersionBeforeItsKeys) {
    expect_problems(in_file, R"(
interlock: 1
name: '' ! 2:7: the name of the scenario is empty
novelty: 1
interlock: 2 ! 2:12: this version reads 'interlock: 1', not '2'
name: n ! 1:1: a scenario lacks the key 'interlock'; a scenario starts with interlock: 1
interlock: 1 ! 1:1: a scenario lacks the key 'name'; say what the scenario shows, as name: two-jobs
)");
    expect_problems(in_head, R"(
about: nothing ! 1:1: a scenario lacks the key 'tasks'; add one, as tasks: {first: [work]}
tasks: {t: {count: 2}} ! 3:12: task 't' lacks the key 'steps'; add some, as steps: [work]
tasks: {t: []}
expect: {} ! 4:9: 'expect' lacks the key 'verdict'; write verdict: holds or verdict: violated
)");
}

TEST(Reader, PointsAtAnUnknownKeyAndSuggestsTheRightOne) {
    expect_problems(in_head, R"(
taks: {t: [work]} ! 3:1: unknown key 'taks' in a scenario; did you mean 'tasks'?
tasks: {t: {steps: [], cuont: 2}} ! 3:24: unknown key 'cuont' in task 't'; did you mean 'count'?
jobs: {j: {concurency: queue}}
! 3:12: unknown key 'concurency' in job 'j'; did you mean 'concurrency'?
tasks: {t: [{call: j, cetch: true}]} ! 3:23: unknown key 'cetch' in a step; did you mean 'catch'?
tasks: {t: [{work: 1, catch: true}]} ! 3:23: unknown key 'catch' in a step; there is work
)");
    expect_problems(after_tasks, R"(
explore:
  Strategy: fifo ! 5:3: unknown key 'Strategy' in 'explore'; did you mean 'strategy'?
explore: {faults: {crash: 1}} ! 4:20: unknown key 'crash' in 'faults'; there is raise, cancel
explore: {budget: {second: 1}} ! 4:20: unknown key 'second' in 'budget'; did you mean 'seconds'?
expect: {verdict: holds, because: x}
! 4:26: unknown key 'because' in 'expect'; there is verdict, property
)");
}

TEST(Reader, SaysWhatIsWrongWithStepsThatStartTasks) {
    expect_problems(in_step, R"(
{gather: []} ! 3:22: 'gather' needs a call; write {gather: [{call: job}]}
{gather: {call: j}} ! 3:22: 'gather' must be a list of calls, as [{call: job}]
{gather: [work]} ! 3:23: 'gather' takes a call, as {call: job}
{gather: [{call: j, cetch: true}]} ! 3:33: unknown key 'cetch' in a call; did you mean 'catch'?
{gather: [{call: j}], catch: true}
! 3:35: unknown key 'catch' in a step; there is gather, return_exceptions
{call: j, return_exceptions: true}
! 3:23: unknown key 'return_exceptions' in a step; there is call, body, catch, retry, label, existing
{spawn: {}} ! 3:21: a call lacks the key 'call'; write {call: job}
{detach: j} ! 3:22: 'detach' takes a call, as {call: job}
join ! 3:13: 'join' needs a value; write {join: …}
)");
}

TEST(Reader, RejectsKeysAndNamesThatAreThereTwice) {
    expect_problems(in_head, R"(
name: b ! 3:1: 'name' is here twice; it is already on line 2
tasks:
  t: [work]
  t: [] ! 5:3: 't' is here twice; it is already on line 4
tasks: {t: [{call: j, call: k}]} ! 3:23: 'call' is here twice; it is already on line 3
groups: [g, h, g] ! 3:16: group 'g' is here twice
groups: {g: x, g: y} ! 3:16: 'g' is here twice; it is already on line 3
tasks:
  t: [{call: j, label: a}]
  u: [{call: j, body: [{call: j, label: a}]}]
! 5:41: label 'a' is here twice; it is already on line 4
)");
}

TEST(Reader, ListsTheValuesThatAKeyCanHave) {
    expect_problems(in_job, R"(
concurrency: groupqueue
! 3:25: concurrency 'groupqueue' is not one of none, reject, queue, group_reject, group_queue;
! did you mean 'group_queue'?
throttle: GROUP_THROTTLE
! 3:22: throttle 'GROUP_THROTTLE' is not one of none, throttle, rate_limit, group_throttle,
! group_rate_limit; did you mean 'group_throttle'?
throttle_counts: end ! 3:29: throttle_counts 'end' is not one of start, success
limit: twice
! 3:19: limit 'twice' is not one of once, single_wait, throttle, throttle_wait,
! throttle_rate_limit, group_once, group_wait, group_throttle, group_throttle_wait,
! group_throttle_rate_limit
)");
    expect_problems(after_tasks, R"(
revision: gaurded
! 4:11: revision 'gaurded' is not one of interlock, limit, split, guarded, merged, head;
! did you mean 'guarded'?
explore: {strategy: replay}
! 4:21: strategy 'replay' is not one of exhaustive, optimal, stateful, bounded, random, selective, pct, portfolio, fifo
explore: {discipline: strict} ! 4:23: discipline 'strict' is not one of cooperative, preemptive
explore: {time: any} ! 4:17: time 'any' is not one of fixed, all
explore: {stop: frist} ! 4:17: stop 'frist' is not one of first, never; did you mean 'first'?
expect: {verdict: maybe} ! 4:19: verdict 'maybe' is not one of holds, violated
expect: {verdict: holds, property: leak} ! 4:26: 'property' goes with 'verdict: violated'
expect: {verdict: violated, property: deadlok}
! 4:39: property 'deadlok' is not one of deadlock, leak, mutual_exclusion, fifo, reject_waits,
! unjustified_refusal, throttle_spacing, rate_limit, reentry, lost_result, record,
! suspended_in_catch, condition, assertion, livelock, starvation; did you mean 'deadlock'?
)");
}

TEST(Reader, RejectsNumbersOutOfRange) {
    expect_problems(in_job, R"(
max_calls: -1 ! 3:23: 'max_calls' must be a whole number of at least 0, not '-1'
max_waiting: 4294967296
! 3:25: 'max_waiting' must be a whole number of at least 0 and at most 4294967295,
! not '4294967296'
)");
    expect_problems(in_head, R"(
tasks: {t: [{work: 0}]} ! 3:20: 'work' must be a whole number of at least 1, not '0'
tasks: {t: [{work: 1.5}]} ! 3:20: 'work' must be a whole number of at least 1, not '1.5'
tasks: {t: []}
explore: {seed: 18446744073709551616}
! 4:17: 'seed' must be a whole number of at least 0 and at most 18446744073709551615,
! not '18446744073709551616'
tasks: {t: []}
explore: {budget: {seconds: 0}} ! 4:29: 'seconds' must be a number greater than 0, not '0'
tasks: {t: []}
explore: {budget: {seconds: nan}} ! 4:29: 'seconds' must be a number greater than 0, not 'nan'
)");
}

TEST(Reader, RejectsValuesOfAnotherShape) {
    expect_problems(in_head, R"(
about: ! 3:1: a value is missing for 'about'
about: [x] ! 3:8: 'about' must be a single value, not a list or a map
groups: core ! 3:9: 'groups' must be a list of names, as [core, addon]
jobs: ! 3:1: 'jobs' must be a map of keys and values
jobs: {j: queue} ! 3:11: job 'j' must be a map of keys and values
tasks:
  t: ! 4:3: 't' must be a list of steps, as [work]
tasks: {t: [{call: j, body: work}]} ! 3:29: 'body' must be a list of steps, as [work]
tasks: {t: [{call: j, catch: yes}]} ! 3:30: 'catch' must be true or false, not 'yes'
tasks: {[t]: []} ! 3:9: a key in 'tasks' is not a word
)");
}

TEST(Reader, RejectsStepsThatSayNothingOrTooMuch) {
    expect_problems(in_step, R"(
wrok ! 3:13: unknown step 'wrok'; did you mean 'work'?
{jump: 1} ! 3:14: unknown step 'jump'; there is work, sleep, call, gather, spawn, detach, join,
! raise, cancel, set, clock, hold, unhold
raise ! 3:13: 'raise' needs an error; write {raise: Error}
call ! 3:13: 'call' needs a value; write {call: …}
{raise: } ! 3:14: a value is missing for 'raise'
{work: 1, sleep: 1s} ! 3:23: a step does one thing; make 'sleep' a step of its own
{body: [work]} ! 3:14: 'body' is an option of a call; add 'call'
{} ! 3:13: this step is empty
[work] ! 3:13: a step is not a list; write its steps here, or the body of a call
work, ~ ! 3:12: a step in the list 't' is empty
)");
}

TEST(Reader, RejectsWhatIsNoName) {
    expect_problems(in_head, R"(
jobs: {a.b: {}} ! 3:8: 'a.b' is not a name; names are of letters, digits, '_' and '-'
tasks: {a b: []} ! 3:9: 'a b' is not a name; names are of letters, digits, '_' and '-'
groups: [g, 'é'] ! 3:13: 'é' is not a name; names are of letters, digits, '_' and '-'
tasks: {t: [{hold: a@b}]} ! 3:20: 'a@b' is not a name; names are of letters, digits, '_' and '-'
tasks: {t: [{call: j@}]} ! 3:20: '' is not a name; names are of letters, digits, '_' and '-'
tasks: {t: [{call: '@g'}]} ! 3:20: '' is not a name; names are of letters, digits, '_' and '-'
tasks: {t: [{call: j@g@h}]} ! 3:20: 'g@h' is not a name; names are of letters, digits, '_' and '-'
tasks: {t: [{call: j, label: a#1}]}
! 3:30: 'a#1' is not a name; names are of letters, digits, '_', '-' and '.'
)");
}

TEST(Reader, CountsTheTasks) {
    expect_problems(in_head, R"(
tasks: {} ! 3:8: there is no task; add one, as first: [work]
tasks: {t: {steps: [], count: 0}} ! 3:31: 'count' must be a whole number of at least 1, not '0'
tasks: {t: {steps: [], count: 63}}
! 3:31: 'count' must be a whole number of at least 1 and at most 62, not '63'
tasks: {t: {steps: [], count: 62}} ! nothing
tasks: {t: {steps: [], count: 60}, u: {steps: [], count: 3}}
! 3:36: there are 63 tasks up to here; at most 62 can be explored
)");
}

TEST(Reader, StopsAtAliasesThatNeverEnd) {
    std::string const loop = "tasks: {t: &steps [{call: j, body: *steps}]}";
    EXPECT_TRUE(problem_in(in_head.before + loop).ends_with(" nested more than 100 deep here"));
    // Each body is ten times the one before it.
    std::string jobs = "jobs:\n  a: {body: &a [work]}\n";
    for (char name = 'b'; name <= 'f'; ++name) {
        std::string body;
        for (int i = 0; i < 10; ++i) {
            body += std::string("{call: a, body: *") + static_cast<char>(name - 1) + "}, ";
        }
        jobs += std::string("  ") + name + ": {body: &" + name + " [" + body + "]}\n";
    }
    EXPECT_TRUE(problem_in(in_head.before + jobs).ends_with(" has more than 10000 steps"));
}

TEST(Reader, WritesADiagnosticWithThePartsThatAreKnown) {
    EXPECT_EQ(text_of(Diagnostic{{3, 7}, "no"}, "a.yaml"), "a.yaml:3:7: no");
    EXPECT_EQ(text_of(Diagnostic{{3, 0}, "no"}, "a.yaml"), "a.yaml:3: no");
    EXPECT_EQ(text_of(Diagnostic{{}, "no"}, "a.yaml"), "a.yaml: no");
    EXPECT_EQ(text_of(Diagnostic{{3, 7}, "no"}, ""), "3:7: no");
    EXPECT_EQ(text_of(Diagnostic{{}, "no"}, ""), "no");
}

}  // namespace interlock::models
