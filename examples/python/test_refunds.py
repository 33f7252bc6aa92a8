"""Tests of a shop that is not written for Node: they start the server, or use the one that HWANBUL_URL names."""

import json
import os
import re
import subprocess
import tempfile
import time
import unittest
import urllib.request

server = None
data_dir = None
url = os.environ.get("HWANBUL_URL")


def setUpModule():
    global server, data_dir, url
    if url:
        return
    data_dir = tempfile.TemporaryDirectory()
    server = subprocess.Popen(
        ["npx", "hwanbul", "serve"],
        env={**os.environ, "PORT": "0", "DATA_DIR": data_dir.name, "LOG_LEVEL": "error"},
        stdout=subprocess.PIPE,
        text=True,
    )
    for line in server.stdout:
        found = re.match(r"Hwanbul \S+ \(sandbox\) is listening on (\S+)", line)
        if found:
            url = found[1]
            return
    raise RuntimeError("the server did not start; it has said why on standard error")


def tearDownModule():
    if server:
        server.terminate()
        server.wait(timeout=60)
        server.stdout.close()
        data_dir.cleanup()


def call(method, path, body=None, token=None):
    request = urllib.request.Request(
        url + path,
        method=method,
        data=None if body is None else json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **({"Authorization": token} if token else {})},
    )
    with urllib.request.urlopen(request, timeout=60) as answer:
        content = json.load(answer)
    if content["code"] != 0:
        raise RuntimeError(content["message"])
    return content["response"]


class Refunds(unittest.TestCase):
    def setUp(self):
        # A merchant of its own: tests do not disturb each other, whatever they do to its clock or its gateways.
        keys = call("POST", "/sandbox/merchants", {})
        credentials = {"imp_key": keys["imp_key"], "imp_secret": keys["imp_secret"]}
        self.token = call("POST", "/users/getToken", credentials)["access_token"]

    def test_a_refund_reaches_the_gateway_once_although_its_answer_is_lost(self):
        paid = call("POST", "/sandbox/payments", {"pay_method": "card", "amount": 10000}, self.token)
        call("POST", "/sandbox/faults", {"operation": "cancel", "kind": "lost_answer"}, self.token)

        refund = {"imp_uid": paid["imp_uid"], "amount": 3000, "checksum": 10000}
        self.assertEqual(call("POST", "/payments/cancel", refund, self.token)["cancel_amount"], 3000)

        book = call("GET", "/sandbox/books/tosspayments?imp_uid=" + paid["imp_uid"], token=self.token)
        self.assertEqual([cancel["amount"] for cancel in book["transactions"][0]["cancels"]], [3000])

    def test_an_account_that_was_paid_into_is_refunded(self):
        account = {"merchant_uid": "order-2", "amount": 5000, "vbank_code": "004", "vbank_holder": "carrot shop"}
        due = {"vbank_due": int(time.time()) + 86400}
        issued = call("POST", "/vbanks", {**account, **due}, self.token)
        call("POST", "/sandbox/vbanks/%s/deposit" % issued["imp_uid"], {}, self.token)

        refund = {"imp_uid": issued["imp_uid"], "refund_holder": "Hong", "refund_bank": "088"}
        refunded = call("POST", "/payments/cancel", {**refund, "refund_account": "110-123-456789"}, self.token)

        self.assertEqual(refunded["cancel_amount"], 5000)


if __name__ == "__main__":
    unittest.main()
