import Cryptography
import Testing

@Suite("One-time codes and sealed secrets")
struct OneTimeCodeTests {
    private let secret = Array("12345678901234567890".utf8)

    @Test(
        "the codes are those of RFC 6238, appendix B",
        arguments: [
            (59, "94287082"), (1_111_111_109, "07081804"), (1_111_111_111, "14050471"), (1_234_567_890, "89005924"),
            (2_000_000_000, "69279037"), (20_000_000_000, "65353130"),
        ])
    func vectors(seconds: Double, code: String) {
        let step = OneTimeCode.step(at: seconds)
        #expect(OneTimeCode.code(secret: secret, step: step, digits: 8) == code)
        #expect(OneTimeCode.code(secret: secret, step: step) == String(code.suffix(6)))
    }

    @Test(
        "a code is good in its half-minute and in those beside it",
        arguments: [
            (-61.0, false), (-60, false), (-30, true), (0, true), (29, true), (59, true), (60, false), (3600, false),
        ])
    func window(late: Double, isGood: Bool) {
        let now = 1_800_000_000.0
        let step = OneTimeCode.step(at: now)
        let code = OneTimeCode.code(secret: secret, step: step)
        let found = OneTimeCode.step(matching: code, secret: secret, at: now + late)
        #expect(found == (isGood ? step : nil))
    }

    @Test("what isn't the code is no code", arguments: ["", "1", "000000000", "28708２", "abcdef"])
    func others(typed: String) {
        #expect(OneTimeCode.step(matching: typed, secret: secret, at: 59) == nil)
    }

    @Test(
        "base 32 is that of RFC 4648, without padding",
        arguments: [
            ("", ""), ("f", "MY"), ("fo", "MZXQ"), ("foo", "MZXW6"), ("foob", "MZXW6YQ"), ("fooba", "MZXW6YTB"),
            ("foobar", "MZXW6YTBOI"),
        ])
    func base32(text: String, encoded: String) {
        #expect(Base32.encode(text.utf8) == encoded)
    }

    @Test(
        "AES-256-GCM gives NIST's answer, and opens nothing that was changed, bound otherwise or sealed with another key"
    )
    func sealed() throws {
        let key = [UInt8](repeating: 7, count: 32)
        let bound = Array("account".utf8)
        let sealed = AES256GCM.seal(secret, key: key, bound: bound)
        #expect(AES256GCM.open(sealed, key: key, bound: bound) == secret)
        #expect(AES256GCM.seal(secret, key: key, bound: bound) != sealed)
        #expect(AES256GCM.open(sealed, key: [UInt8](repeating: 8, count: 32), bound: bound) == nil)
        #expect(AES256GCM.open(sealed, key: key, bound: Array("another".utf8)) == nil)
        #expect(AES256GCM.open([], key: key, bound: bound) == nil)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(AES256GCM.open(changed, key: key, bound: bound) == nil)
        }
        // Test case 14 of the GCM specification: zeroes.
        let zeroes = try #require(
            Hex.decode("000000000000000000000000cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"))
        let opened = AES256GCM.open(zeroes, key: [UInt8](repeating: 0, count: 32), bound: [])
        #expect(opened == [UInt8](repeating: 0, count: 16))
    }
}
