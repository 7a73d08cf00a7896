import Testing

@testable import Dossiers

@Suite("What becomes of a numbered report")
struct ReportPlaceTests {
    @Test(
        "by its number and the last one applied",
        arguments: [
            (nil, 0, ReportPlace.next), (nil, 7, .next), (1, 0, .next), (2, 0, .early(waitsFor: 1)),
            (9, 0, .early(waitsFor: 1)), (1, 1, .late), (2, 1, .next), (3, 1, .early(waitsFor: 2)), (1, 7, .late),
            (7, 7, .late), (8, 7, .next), (9, 7, .early(waitsFor: 8)), (107, 7, .early(waitsFor: 8)),
            (108, 7, .beyond(most: 107)),
            (Int(Int32.max), 0, .beyond(most: 100)),
        ] as [(Int?, Int, ReportPlace)])
    func place(sequence: Int?, applied: Int, place: ReportPlace) {
        #expect(ReportPlace(sequence, after: applied) == place)
    }
}
