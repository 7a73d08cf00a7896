"""A portal on a durable cluster of its own, whose address is believed when it names the visitor's."""

import contextlib
import uuid

import pytest

from crash import Cluster
from portal import ROOT, Database, Portal


@pytest.fixture(scope="session")
def cluster():
    cluster = Cluster(ROOT / ".local/crash-postgres")
    cluster.script("remove")
    yield cluster
    cluster.script("remove")


@pytest.fixture
def portal(cluster, tmp_path):
    """Fresh for each test: the counts are its own."""
    with serving(cluster, tmp_path) as portal:
        yield portal


@pytest.fixture(scope="module")
def shared_portal(cluster, tmp_path_factory):
    with serving(cluster, tmp_path_factory.mktemp("portal")) as portal:
        yield portal


@contextlib.contextmanager
def serving(cluster, folder):
    """200 people don't share one address, so each visitor's is told."""
    database = Database.create(cluster.start(), f"crash_{uuid.uuid4().hex[:8]}")
    portal = Portal(folder, database, TRUSTED_PROXIES="127.0.0.1,::1")
    portal.prepare()
    portal.start()
    yield portal
    portal.stop()
