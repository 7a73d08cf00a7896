import Core
import Cryptography
import Testing

@Suite("Public keys of others, and tokens signed with them")
struct PublicKeyTests {
    @Test("a key is the same in PEM and as a JSON Web Key, and goes by its thumbprint", arguments: Samples.keys)
    func forms(_ kind: String, _ pem: String, _ jwk: String) throws {
        let key = try PublicKey(pasted: pem)
        #expect(key.kind.rawValue == kind)
        let again = try PublicKey(pasted: "  " + jwk)
        #expect(again == key && again.jwk == key.jwk && again.thumbprint == key.thumbprint)
        #expect(try PublicKey(jwk: key.jwk) == key && key.jwk["use"] == nil)
    }

    @Test("the thumbprint is that of RFC 7638 and RFC 8037 A.3")
    func thumbprint() throws {
        let key = try PublicKey(
            jwk: ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
        #expect(key.thumbprint == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k")
    }

    @Test("what RFC 7515 A.3 and RFC 8037 A.4 signed is verified")
    func published() throws {
        let ecKey = try PublicKey(jwk: [
            "kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        ])
        let token = try #require(SignedToken(Samples.rfc7515))
        #expect(token.claims["iss"]?.string == "joe" && token.isSigned(by: ecKey))
        let parts = Samples.rfc8037.split(separator: ".")
        let signature = try #require(Base64URL.decode(parts[2]))
        let edKey = try PublicKey(
            jwk: ["kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"])
        #expect(edKey.verifies(signature, of: Array("\(parts[0]).\(parts[1])".utf8), by: .edDSA))
    }

    @Test("a token is its key's and no other's; any changed sign of it is found", arguments: Samples.tokens)
    func signatures(_ algorithm: SignatureAlgorithm, _ text: String, _ pem: String) throws {
        let token = try #require(SignedToken(text))
        #expect(token.algorithm == algorithm && token.claims["sub"]?.string == "may-thu")
        for (_, other, _) in Samples.keys {
            #expect(token.isSigned(by: try PublicKey(pasted: other)) == (other == pem))
        }
        let key = try PublicKey(pasted: pem)
        let signs = Array(text.utf8)
        for place in signs.indices where signs[place] != UInt8(ascii: ".") {
            var changed = signs
            changed[place] = changed[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
            #expect(SignedToken(String(decoding: changed, as: UTF8.self))?.isSigned(by: key) != true, "\(place)")
        }
    }

    @Test(
        "what isn't signed with a key that only its signer has is no token",
        arguments: [
            #"{"alg":"none"}"#, #"{"alg":"HS256"}"#, #"{"alg":"ES384"}"#, #"{"alg":"es256"}"#, #"{"kid":"1"}"#, "[]",
            #"{"alg":"ES256","crit":["exp"],"exp":1}"#, #"{"alg":"none","alg":"ES256"}"#,
        ])
    func heads(_ head: String) {
        let text = [head, "{}"].map { Base64URL.encode(Array($0.utf8)) }.joined(separator: ".")
        #expect(SignedToken(text + ".") == nil)
        #expect(SignedToken(text + "." + Base64URL.encode([UInt8](repeating: 1, count: 64))) == nil)
    }

    @Test("an algorithm takes its own kind of key alone")
    func confusion() throws {
        for (algorithm, text, pem) in Samples.tokens {
            let parts = text.split(separator: ".")
            let (message, signature) = (Array("\(parts[0]).\(parts[1])".utf8), try #require(Base64URL.decode(parts[2])))
            for other in SignatureAlgorithm.allCases {
                #expect(
                    try PublicKey(pasted: pem).verifies(signature, of: message, by: other) == (other == algorithm))
            }
        }
    }

    @Test("a private, weak, foreign or damaged key is told apart", arguments: Samples.refused)
    func refused(_ text: String, _ failure: PublicKeyFailure) {
        #expect(throws: failure) { try PublicKey(pasted: text) }
    }
}

private enum Samples {
    static let rsa = """
        -----BEGIN PUBLIC KEY-----
        MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAviOuzB3nhyxjjXAO4+Di
        mHM3yqAtZlJL7dK3P/aGd8KZkh/EFhmaIcSF+A+qqLoYFd2c71Xg8KN+NeiT/2NG
        X9x0AdfAn1EzLKy9tHeFpldwgS8dtNn4bdwWS6YnzxiH5leOQlINSe86jBjX7Pa0
        Xv2nGz7WRarNqiHj+i+61NUrQXlan1058NLp0o/cgd0tZSvCxlmj0SiTXuhMHJJh
        EdzzpklucVLyy5z1BF0uSsYg3rh+igegBXmHOXhZuYmaHBbIoo7IMSMJg/QE4yVI
        A7JGPIktHWSnRgogE28MHbWthe2mdB3MCYvdVmTB37kGmmLSLr20sMyKjTw5FByr
        DwIDAQAB
        -----END PUBLIC KEY-----
        """
    static let p256 = """
        -----BEGIN PUBLIC KEY-----
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEXXaeIxebQnsoD++G1hJeDcT9j3ZB
        CORE535U6Op9PeZT06TE9UyboBwT27Z1oKJe/DsdWPvFKi39rMfxmI4zCw==
        -----END PUBLIC KEY-----
        """
    static let ed25519 = """
        -----BEGIN PUBLIC KEY-----
        MCowBQYDK2VwAyEAI3bKlcJkyfz90WHEEvF3QWcBMvQfdTN1z6uNab0VLUw=
        -----END PUBLIC KEY-----
        """
    static let privateKey = """
        -----BEGIN PRIVATE KEY-----
        MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgsm21NcW1xRGi/yM5
        azdKLa0C+R3OQXCiNQ/bBoAxkCKhRANCAARddp4jF5tCeygP74bWEl4NxP2PdkEI
        5ETnflTo6n095lPTpMT1TJugHBPbtnWgol78Ox1Y+8UqLf2sx/GYjjML
        -----END PRIVATE KEY-----
        """
    static let rsa1024 = """
        -----BEGIN PUBLIC KEY-----
        MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDmGyWbQaqotO16SmYTAuZBC0ZO
        nKS+j8CL5+a9WNUmupllgB7AXg7tFQPCPWjzLfDuUjI66fCeQWQNgjgia1ufvnS0
        INhateJ7afrcrW2+AZPQpcrf4uh/iHo4RKy49H1GOZ1qWZVkzw6xa5FVUMW7MO/g
        u7ddwfId+L36ONrf/QIDAQAB
        -----END PUBLIC KEY-----
        """
    static let p384 = """
        -----BEGIN PUBLIC KEY-----
        MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEVJQTgLpeBxJG5CmSVO/HwWksI0TiCflq
        6YmkSvu4AICWzP5RKWtM1M2KlXWjPv04+n5YUMWVr8CupeusnC7TglBJ3aR6Gv4u
        Iy7p84piLeB98jTqhZ+8jYNwDSknO2fz
        -----END PUBLIC KEY-----
        """
    static let modulus =
        "viOuzB3nhyxjjXAO4-DimHM3yqAtZlJL7dK3P_aGd8KZkh_EFhmaIcSF-A-qqLoYFd2c71Xg8KN-NeiT_2NGX9x0AdfAn1Ez"
        + "LKy9tHeFpldwgS8dtNn4bdwWS6YnzxiH5leOQlINSe86jBjX7Pa0Xv2nGz7WRarNqiHj-i-61NUrQXlan1058NLp0o_cgd0t"
        + "ZSvCxlmj0SiTXuhMHJJhEdzzpklucVLyy5z1BF0uSsYg3rh-igegBXmHOXhZuYmaHBbIoo7IMSMJg_QE4yVIA7JGPIktHWSn"
        + "RgogE28MHbWthe2mdB3MCYvdVmTB37kGmmLSLr20sMyKjTw5FByrDw"
    static let weakModulus =
        "5hslm0GqqLTtekpmEwLmQQtGTpykvo_Ai-fmvVjVJrqZZYAewF4O7RUDwj1o8y3w7lIyOunwnkFkDYI4Imtbn750tCDYWrXi"
        + "e2n63K1tvgGT0KXK3-Lof4h6OESsuPR9RjmdalmVZM8OsWuRVVDFuzDv4Lu3XcHyHfi9-jja3_0"
    static let (x, y) = ("XXaeIxebQnsoD--G1hJeDcT9j3ZBCORE535U6Op9PeY", "U9OkxPVMm6AcE9u2daCiXvw7HVj7xSot_azH8ZiOMws")
    static let rs256 =
        "eyJhbGciOiAiUlMyNTYiLCAia2lkIjogInIifQ.eyJzdWIiOiAibWF5LXRodSJ9.Vq49XO2o7FLnxKIRLVz4wbWeVYfbw0Rn"
        + "M0d0UjbYWd5azi2khjczKQIy-_b_JrKyWhCImmXrJ_yVuRz_Tr2BIeUOt5GqUrXmCZMFlnOZc7_tu398y_UbURkGM0r9rJe5"
        + "glo2B4MAxyxmJtlFKVu_FC5892XWiDx9ASdxiPPq3KEXp3YIhgRk4y-zPTOH0IUw7jWyE0taFyji-TxQ3atgNJbcBDh91lkM"
        + "NNO8NTAI2-4DD9w16bBkZZDTopLi6pkWsktBoVrjU0LIyL9WeS60WLDwYfU9o_tB7cuWnzYRuZ_l7gC5X_cEmIU9bcp10vEZ"
        + "gwWOwfNhFBBhnRkXzV6j0A"
    static let ps256 =
        "eyJhbGciOiAiUFMyNTYiLCAia2lkIjogInIifQ.eyJzdWIiOiAibWF5LXRodSJ9.lxy9a8MYJU3Cw0-PVOBDkB7OCPuDEi_L"
        + "BxuR1z33hVY5zNSvssPRxNBmMmjvBxdysZ_KqziqLIgpxiQGKD9-tj9V54mhgrbvzfud6lgSE1DvAdD48dP0k-qlCmaicu5A"
        + "lShPIV1KJwy6_74Pq-qN5srAPzQKhSKh7Jrx_HgIT5hTJx5i-LW2d4qEcZ6jSC-3IFMN-iEdRGc_jQZyweHyq10R_oenp6E3"
        + "f-Y-Pa1cw4tcTyizCARQ93x0X8drigl7_qnTeJW-9Lh7BOQRDoSRbUhB-KaICTyV_nRJntpQKs4ehGAbFP_Bq0AJg6-kXr4B"
        + "jEysd_ihfTmbpE8QbJvOoA"
    static let es256 =
        "eyJhbGciOiAiRVMyNTYiLCAia2lkIjogImUifQ.eyJzdWIiOiAibWF5LXRodSJ9.D5wnblUbgaVKorfk1rbHGFvxG5lfaPHA"
        + "IdUULyWMJgrMDwXcHhBf1aW3yhHhKmBsSKdyCSw7TSV2RhyAoCevzw"
    static let eddsa =
        "eyJhbGciOiAiRWREU0EiLCAia2lkIjogIm8ifQ.eyJzdWIiOiAibWF5LXRodSJ9.mNMKqNv6Jbjbc0PpyIoCyKO__7gupUUB"
        + "5GSyasEKKfAxKrXzpBIZoDCJ8yq6e9Dtx_4TCV9i0TP3Qg-HSYWkBA"
    static let rfc7515 =
        "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9"
        + "pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqP"
        + "P3-Kg6NU1Q"
    static let rfc8037 =
        "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AI"
        + "bQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"

    /// Kind, PEM, and the same key as a JSON Web Key with members that say no more about it.
    static let keys = [
        ("RSA", rsa, #"{"kty":"RSA","use":"sig","kid":"1","e":"AQAB","n":"\#(modulus)"}"#),
        ("P-256", p256, #"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)"}"#),
        (
            "Ed25519", ed25519,
            #"{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","x":"I3bKlcJkyfz90WHEEvF3QWcBMvQfdTN1z6uNab0VLUw"}"#
        ),
    ]

    /// Made by Python's cryptography with the three keys.
    static let tokens: [(SignatureAlgorithm, String, String)] = [
        (.rs256, rs256, rsa), (.ps256, ps256, rsa), (.es256, es256, p256), (.edDSA, eddsa, ed25519),
    ]

    static let refused: [(String, PublicKeyFailure)] = [
        (privateKey, .isPrivate), (p256 + "\n" + privateKey, .isPrivate), (rsa1024, .weak), (p384, .unsupported),
        ("", .unreadable), ("ssh-ed25519 AAAA", .unreadable), (String(rsa.dropLast(60)), .unreadable),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(x)"}"#, .unreadable),
        (#"{"kty":"EC","crv":"P-256","x":"\#(x)","y":"\#(y)","d":"\#(x)"}"#, .isPrivate),
        (#"{"kty":"EC","crv":"P-384","x":"\#(x)","y":"\#(y)"}"#, .unsupported),
        (#"{"kty":"oct","k":"c2VjcmV0"}"#, .isPrivate), (#"{"kty":"OKP","crv":"X25519","x":"\#(x)"}"#, .unsupported),
        (#"{"kty":"RSA","e":"AQAB","n":"\#(weakModulus)"}"#, .weak),
        (#"{"kty":"RSA","e":"AQ","n":"\#(modulus)"}"#, .weak), (#"{"keys":[]}"#, .unreadable),
    ]
}
