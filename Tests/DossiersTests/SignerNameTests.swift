import Testing

@testable import Dossiers

@Suite("Who signed a result, as people say it")
struct SignerNameTests {
    @Test(
        "the common name of a certificate's subject",
        arguments: [
            ("CN=UBND phường Hoàn Kiếm", "UBND phường Hoàn Kiếm"), ("CN=Sở Tư pháp,O=Hà Nội,C=VN", "Sở Tư pháp"),
            ("CN=Ủy ban phường Sài Gòn\\, Thành phố Hồ Chí Minh,C=VN", "Ủy ban phường Sài Gòn, Thành phố Hồ Chí Minh"),
            ("CN=a\\\\b", "a\\b"), ("O=Không tên", "O=Không tên"), ("CN=", ""),
        ])
    func commonName(subject: String, name: String) {
        #expect(DossierResult.commonName(subject) == name)
    }
}
