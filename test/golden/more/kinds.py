"""The kinds of cases: each draws the inputs and the call of one."""

KINDS = {}


def kind(*names):
    def take(draw_case):
        for name in names:
            KINDS[name] = (lambda n: lambda d: draw_case(d, n))(name)
        return draw_case
    return take


def words(text):
    return text.split()
