import Cryptography
import Testing

struct DigestTests {
    @Test(
        "SHA-256 gives the digests of FIPS 180-4's examples",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func sha256(message: String, digest: String) {
        #expect(Hex.encode(SHA256.hash(message.utf8)) == digest)
    }

    @Test("a message in pieces has the digest of the whole, and the object begins anew afterwards", arguments: 1...9)
    func pieces(size: Int) {
        let message = (0..<1000).map { UInt8(truncatingIfNeeded: $0) }
        let hasher = SHA256()
        for _ in 0..<2 {
            for start in stride(from: 0, to: message.count, by: size) {
                hasher.update(message[start..<min(message.count, start + size)])
            }
            #expect(hasher.finalize() == SHA256.hash(message))
        }
    }

    @Test(
        "HMAC gives the codes of RFC 4231",
        arguments: [
            (
                [UInt8](repeating: 0x0B, count: 20), "Hi There",
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                "87aa7cdea5ef619d4ff0b4241a1d6cb02379f4e2ce4ec2787ad0b30545e17cde"
                    + "daa833b7d6b8a702038b274eaea3f4e4be9d914eeb61f1702e696c203a126854"
            ),
            (
                Array("Jefe".utf8), "what do ya want for nothing?",
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                    + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
            ),
            (
                [UInt8](repeating: 0xAA, count: 131), "Test Using Larger Than Block-Size Key - Hash Key First",
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                "80b24263c7c1a3ebb71493c1dd7be8b49b46d1f41b4aeec1121b013783f8f352"
                    + "6b56d037e05f2598bd0fd2215d6a1e5295e64f73f63f0aec8b915a985d786598"
            ),
        ])
    func hmac(key: [UInt8], message: String, sha256: String, sha512: String) {
        #expect(Hex.encode(HMAC.sha256(key: key, message.utf8)) == sha256)
        #expect(Hex.encode(HMAC.sha512(key: key, message.utf8)) == sha512)
    }

    @Test("an empty key is a key of its own, not the one used before")
    func emptyKey() {
        _ = HMAC.sha256(key: "k".utf8, "".utf8)
        let empty: [UInt8] = []
        // RFC 2104 pads a short key with zeros, so the empty key and one zero give the same.
        #expect(
            Hex.encode(HMAC.sha256(key: empty, empty))
                == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad")
    }

    @Test("comparison finds a difference in any byte and in length")
    func comparison() {
        let bytes = SecureRandom.bytes(32)
        #expect(constantTimeEquals(bytes, Array(bytes)))
        #expect(constantTimeEquals([UInt8](), [UInt8]()))
        #expect(!constantTimeEquals(bytes, bytes.dropLast()))
        for index in bytes.indices {
            var other = bytes
            other[index] ^= 0x80
            #expect(!constantTimeEquals(bytes, other))
        }
    }

    @Test("random bytes come in the number asked for and don't repeat", arguments: [0, 1, 7, 8, 9, 32, 33])
    func random(count: Int) {
        #expect(SecureRandom.bytes(count).count == count)
        if count >= 8 { #expect(SecureRandom.bytes(count) != SecureRandom.bytes(count)) }
    }
}

struct EncodingTests {
    @Test(
        "base64url gives RFC 4648's examples, with its own alphabet and no padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func base64URL(text: String, encoded: String) {
        #expect(Base64URL.encode(text.utf8) == encoded)
        #expect(Base64URL.decode(encoded) == Array(text.utf8))
    }

    @Test("both encodings give back any bytes")
    func roundTrip() {
        for count in 0..<70 {
            let bytes = SecureRandom.bytes(count)
            #expect(Base64URL.decode(Base64URL.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            #expect(Hex.decode(Hex.encode(bytes).uppercased()) == bytes)
        }
        #expect(Base64URL.encode([0xFB, 0xFF]) == "-_8")
    }

    @Test("what encode never writes is not decoded", arguments: ["Z", "Zh", "Zg==", "Zm9+", "Zm9/", "Zm 9", "Zmé"])
    func strictBase64URL(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("broken digits are not decoded", arguments: ["0", "0g", "-1", " 00", "００"])
    func strictHex(text: String) {
        #expect(Hex.decode(text) == nil)
    }
}
