"""What is to be done about a comment, for all that can be there."""

from __future__ import annotations

from dataclasses import replace

from pulumi_amplify_jobs.github.comment_body import Version, marker, parsed
from pulumi_amplify_jobs.github.decisions import Comment, Decision, Wanted, decide, own

MARK = marker("demo", "dev")
BOT, OTHER_BOT, MONA = 41898282, 29139614, 3
CHANGES = Version("**1 job changes**", "1 job changes", "2026-11-24T06:00:00Z")
LATER = Version("**2 jobs change**", "2 jobs change", "2026-11-24T07:00:00Z")
NOTHING = Version("**no job changes**", "no job changes", "2026-11-24T08:00:00Z")
WANTED = Wanted(MARK, CHANGES)


def comment(body: str, number: int = 1) -> Comment:
    return Comment(number, body, f"https://github.example/{number}", BOT)


def created(wanted: Wanted) -> Comment:
    decision = decide([], wanted)
    assert decision.comment is None
    assert decision.body is not None
    return comment(decision.body)


def updated(there: Comment, wanted: Wanted) -> Comment:
    decision = decide([there], wanted)
    assert decision.comment == there
    assert decision.body is not None
    return replace(there, body=decision.body)


def test_without_a_comment_one_is_created() -> None:
    assert created(WANTED).body.startswith(f"{MARK}\n")
    assert "**1 job changes**" in created(WANTED).body


def test_the_same_again_is_no_write() -> None:
    there = created(WANTED)
    for history in (False, True):
        later = Wanted(MARK, replace(CHANGES, moment=LATER.moment), history=history)
        assert decide([there], later) == Decision(there, None)


def test_the_same_again_is_no_write_after_githubs_editor_saved_it() -> None:
    there = comment(created(WANTED).body.replace("\n", "\r\n").rstrip())
    assert decide([there], WANTED) == Decision(there, None)


def test_something_else_is_an_update() -> None:
    body = updated(created(WANTED), Wanted(MARK, LATER)).body
    assert "**2 jobs change**" in body
    assert "**1 job changes**" not in body


def test_an_edited_comment_is_brought_back() -> None:
    there = created(WANTED)
    body = updated(comment(there.body.replace("1 job", "0 jobs")), WANTED).body
    assert body == there.body


def test_a_comment_is_not_created_where_none_is_needed_but_updated() -> None:
    quiet = Wanted(MARK, NOTHING, needed=False)
    assert decide([], quiet) == Decision(None, None)
    assert "**no job changes**" in updated(created(WANTED), quiet).body


def test_history_is_kept_newest_first_with_its_moments() -> None:
    there = created(WANTED)
    for version in (LATER, NOTHING):
        there = updated(there, Wanted(MARK, version, history=True))
    assert parsed(there.body).known == (NOTHING, LATER, CHANGES)


def test_history_ends_where_it_is_not_wanted_any_more() -> None:
    there = updated(created(WANTED), Wanted(MARK, LATER, history=True))
    assert parsed(updated(there, Wanted(MARK, LATER)).body).known == (LATER,)


def test_a_hundred_versions_stay_within_the_limit_and_all_are_accounted_for() -> None:
    there = created(WANTED)
    for number in range(100):
        content = f"{number} " + "x" * 3000
        version = Version(content, f"{number} jobs change", f"2026-11-24T06:{number:02}:00Z")
        there = updated(there, Wanted(MARK, version, history=True))
        assert len(there.body.encode()) < 65_536
    held = parsed(there.body)
    assert [each.content.split()[0] for each in held.known[:2]] == ["99", "98"]
    assert len(held.known) + held.dropped == 101
    assert len(held.known) > 15


def test_of_several_the_oldest_stays_and_the_others_go() -> None:
    there = created(WANTED)
    others = [replace(there, id=number) for number in (2, 3)]
    decision = decide([there, *others], WANTED)
    assert decision == Decision(there, None, tuple(others))


def test_only_what_the_tokens_account_wrote_is_taken_the_oldest_first() -> None:
    body = created(WANTED).body
    mine, older = Comment(7, body, "", BOT), Comment(5, body, "", BOT)
    others = [
        Comment(4, body, "", MONA),
        Comment(3, body, "", None),
        Comment(2, body, "", OTHER_BOT),
    ]
    assert own([*others, mine, older], MARK, BOT) == [older, mine]


def test_of_an_unknown_account_no_comment_is() -> None:
    body = created(WANTED).body
    assert own([Comment(1, body, "", None), Comment(2, body, "", BOT)], MARK, None) == []


def test_a_marker_counts_only_at_the_beginning_and_as_a_whole() -> None:
    quoted = comment(f"> {MARK}\n\nwhat is this?")
    other = comment(created(Wanted(marker("demo", "dev2"), CHANGES)).body)
    assert own([quoted, other], MARK, BOT) == []
    edited = comment(f"\n {created(WANTED).body}")
    assert own([edited], MARK, BOT) == [edited]


def test_a_secret_in_an_earlier_summary_is_taken_out_once() -> None:
    secret = "ghp_0123456789abcdefABCDEF"
    there = created(replace(WANTED, version=replace(CHANGES, summary=f"a {secret} b")))
    wanted = replace(WANTED, version=LATER, history=True)
    after = updated(there, wanted)
    assert secret not in after.body
    assert decide([after], wanted).body is None
