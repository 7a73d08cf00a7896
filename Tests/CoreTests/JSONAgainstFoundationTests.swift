import Core
import Foundation
import Testing

/// The parser and the writer against Foundation's, on the files that are delivered and on documents broken at random.
@Suite("JSON against another reader") struct JSONAgainstFoundationTests {
    static let seed = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../SQL/seed")
        .standardized
    static let limits = JSON.Limits(bytes: 50_000_000, depth: 64, elements: 5_000_000)

    static func corpus() throws -> [URL] {
        let found = FileManager.default.enumerator(at: seed, includingPropertiesForKeys: nil)
        return (found?.allObjects ?? []).compactMap { $0 as? URL }.filter { $0.pathExtension == "json" }
    }

    @Test("both read the same in every delivered file")
    func delivered() throws {
        let files = try Self.corpus()
        #expect(files.count >= 3)
        for file in files {
            let data = try Data(contentsOf: file)
            let ours = try JSON(parsing: data, limits: Self.limits)
            let theirs = try JSONSerialization.jsonObject(with: data, options: .fragmentsAllowed)
            let ourBytes = ours.canonical()
            let again = try JSONSerialization.jsonObject(with: Data(ourBytes), options: .fragmentsAllowed)
            #expect(try #require(again as? NSObject) == #require(theirs as? NSObject), "\(file.lastPathComponent)")
            let theirBytes = try JSONSerialization.data(withJSONObject: theirs, options: .fragmentsAllowed)
            let fromTheirs = try JSON(parsing: theirBytes, limits: Self.limits)
            #expect(fromTheirs.canonical() == ourBytes, "\(file.lastPathComponent)")
        }
    }

    @Test(
        "a document broken at random is read as Foundation reads it or refused, and never ends the program",
        arguments: 0..<20)
    func broken(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let whole = Array(
            #"{"a":[1,-2.5e3,true,null,"Nguyễn \u1ec6 \ud83d\ude00 \"\\"],"b":{"c":{},"d":[]},"e":0.1,"f":-0}"#.utf8)
        var accepted = 0
        for _ in 0..<2_000 {
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes.remove(at: place)
                case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 2: bytes[place] = Array(#"[]{}",:\u0e-."#.utf8).randomElement(using: &random) ?? 0
                default: bytes.insert(bytes[Int.random(in: 0..<bytes.count, using: &random)], at: place)
                }
            }
            guard let ours = try? JSON(parsing: bytes) else { continue }
            accepted += 1
            let text = String(decoding: bytes, as: UTF8.self)
            let theirs = foundation(bytes)
            let again = foundation(ours.canonical())
            #expect(theirs != nil && theirs == again, "\(text)")
            #expect(try JSON(parsing: ours.canonical()).canonical() == ours.canonical(), "\(text)")
        }
        #expect(accepted > 100)
    }

    private func foundation(_ bytes: [UInt8]) -> NSObject? {
        try? JSONSerialization.jsonObject(with: Data(bytes), options: .fragmentsAllowed) as? NSObject
    }

    @Test("every beginning of a document is refused where it ends")
    func truncated() throws {
        let whole = Array(#"{"a":[1,"\ud83d\ude00",{"b":true}],"c":-1.5e3}"#.utf8)
        for count in 0..<whole.count {
            let error = #expect(throws: JSON.ParseError.self) { try JSON(parsing: whole.prefix(count)) }
            #expect(error?.line == 1)
        }
        _ = try JSON(parsing: whole)
    }

    @Test("values are equal when their bytes are")
    func equality() {
        let composed: JSON = "\u{E9}"
        let decomposed: JSON = "e\u{301}"
        #expect(composed != decomposed)
        #expect(JSON.object(["\u{E9}": 1]) != JSON.object(["e\u{301}": 1]))
        #expect(JSON.array([composed]) == JSON.array([composed]))
        #expect(JSON.object(["a": composed, "b": [.null]]) == ["b": [.null], "a": composed])
        #expect(JSON.object(["a": 1]) != ["a": 1, "b": 2])
        #expect(Set([composed, decomposed, composed]).count == 2)
        #expect(JSON.integer(1) != .double(1))
    }

    @Test("two names that only Unicode tells apart are one name, and refused")
    func names() {
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)) }
    }

    @Test(
        "a number that is accepted can be read back from its canonical form",
        arguments: ["9.2e18", "-9.2e18", "1e18", "1e21", "-1e21", "1e-400", "1.7976931348623157e308", "1.0", "-0.0"])
    func readBack(_ text: String) throws {
        let bytes = try JSON(parsing: Array(text.utf8)).canonical()
        #expect(try JSON(parsing: bytes).canonical() == bytes)
    }

    @Test(
        "one that couldn't is refused",
        arguments: ["9223372036854775808.0", "-9223372036854775808.0", "1e19", "-9.9e20"])
    func notReadBack(_ text: String) {
        #expect(throws: JSON.ParseError.self) { try JSON(parsing: Array(text.utf8)) }
    }

    @Test("a double that JSON has no form for is written as null", arguments: [Double.nan, .infinity, -.infinity])
    func notWritten(_ value: Double) {
        #expect(JSON.array([.double(value), 1]).serialized() == Array("[null,1]".utf8))
    }
}
