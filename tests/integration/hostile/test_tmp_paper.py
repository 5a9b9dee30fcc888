
from tests.integration.hostile import test_every_route as t
from tests.integration.hostile.test_every_route import target

def test_paper(target):
    rules = [r for r in target.rules if "paper" in r.rule]
    assert len(rules) > 10
    type(target).rules = property(lambda self: rules) if isinstance(type(target).__dict__.get("rules"), property) else type(target).rules
    target.__dict__["rules"] = rules
    seen = t.attack(target, 500, random=True)
    for k, v in sorted(seen.items()): print(k, v)
