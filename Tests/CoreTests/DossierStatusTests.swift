import Core
import Testing

@Suite struct DossierStatusTests {
    /// The edges as the national table has them, by code; written apart from the product's on purpose.
    static let edges: [Int: Set<Int>] = [
        1: [2, 3, 5, 7], 2: [4, 5, 6, 7, 8, 9], 3: [], 4: [5, 6, 7, 8, 9], 5: [2, 3, 4, 7, 8], 6: [4, 7, 8], 7: [],
        8: [4],
        9: [10], 10: [],
    ]

    @Test("of the hundred moves there are, exactly those of the table are made", arguments: DossierStatus.allCases)
    func table(_ from: DossierStatus) throws {
        for to in DossierStatus.allCases {
            for received in [false, true] {
                let isOnlyBefore = from.rawValue == 5 && to.rawValue == 3
                let isLegal = Self.edges[from.rawValue]?.contains(to.rawValue) == true && !(isOnlyBefore && received)
                #expect(from.allowed(received: received).contains(to) == isLegal, "\(from) → \(to), \(received)")
                if isLegal {
                    try from.transition(to: to, received: received)
                } else {
                    let error = #expect(throws: DossierStatus.IllegalMove.self) {
                        try from.transition(to: to, received: received)
                    }
                    #expect(error?.from == from && error?.to == to)
                }
            }
        }
    }

    @Test("a dossier is refused at reception only while it was never received")
    func refusal() {
        #expect(DossierStatus.supplementRequested.allowed(received: false).contains(.refusedAtReception))
        #expect(!DossierStatus.supplementRequested.allowed(received: true).contains(.refusedAtReception))
    }

    @Test("the final statuses are those without a way out, and every status can be reached")
    func ends() {
        for status in DossierStatus.allCases {
            #expect(status.isFinal == status.allowed(received: false).isEmpty)
            #expect(status == .registered || DossierStatus.moves.contains { $0.to == status })
        }
        #expect(Set(DossierStatus.moves.map { [$0.from, $0.to] }).count == DossierStatus.moves.count)
    }

    @Test("the codes are the national ones, 1 to 10")
    func codes() { #expect(DossierStatus.allCases.map(\.rawValue) == Array(1...10)) }
}
