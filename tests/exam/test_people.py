"""What each role may do."""

import pytest

from simulator.exam.people import Deed, Role, may

ALLOWED = {
    (Role.STUDENT, Deed.SIT),
    (Role.TEACHER, Deed.SIT), (Role.TEACHER, Deed.AUTHOR),
    (Role.FACULTY, Deed.SIT), (Role.FACULTY, Deed.READ_ANY), (Role.FACULTY, Deed.AUTHOR), (Role.FACULTY, Deed.REVIEW),
    (Role.ADMIN, Deed.SIT), (Role.ADMIN, Deed.ADMINISTER),
}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("deed", Deed)
def test_a_role_allows_what_the_table_says_and_nothing_more(role: Role, deed: Deed) -> None:
    assert may(role, deed) is ((role, deed) in ALLOWED)
