// swift-tools-version: 6.2
import PackageDescription

// The map of the house: an arrow only points down this list (see ARCHITECTURE.md).
let package = Package(
    name: "portal",
    products: [
        .executable(name: "portal", targets: ["Portal"])
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .executableTarget(
            name: "Portal",
            dependencies: [
                "Web", "API", "Notifications", "Webhooks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        .target(
            name: "Web",
            dependencies: ["Server", "Pages", "Dossiers", "Feedback", "Notifications", "Webhooks", "Papers"]),
        .target(name: "API", dependencies: ["Server", "Dossiers", "Feedback", "Notifications", "Webhooks"]),
        .target(
            name: "Server",
            dependencies: ["Core", "Cryptography", "CZlib", .product(name: "Hummingbird", package: "hummingbird")]
        ),
        .target(name: "Webhooks", dependencies: ["Dossiers", "Notifications", "CCurl"]),
        .target(name: "Dossiers", dependencies: ["Catalogue", "Accounts", "Papers"]),
        .target(name: "Feedback", dependencies: ["Accounts", "Files"]),
        .target(name: "Catalogue", dependencies: ["Accounts", "Files"]),
        .target(name: "Accounts", dependencies: ["Agencies", "Files"]),
        .target(name: "Agencies", dependencies: ["Journal"]),
        .target(name: "Files", dependencies: ["Postgres", "Cryptography"]),
        .target(name: "Journal", dependencies: ["Postgres", "Cryptography"]),
        .target(name: "Notifications", dependencies: ["Accounts", "Pages", "CCurl"]),
        .target(name: "Pages", dependencies: ["Core"]),
        .target(
            name: "Postgres",
            dependencies: [
                "Core", "CLibpq", "CEpoll",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        .target(name: "Cryptography", dependencies: ["Core", "COpenSSL", "CArgon2"]),
        .target(name: "Papers", dependencies: ["Core", "CPango", "CQREncode", "CXLSXWriter"]),
        .target(name: "Core"),
        .target(name: "CEpoll"),
        .target(
            name: "TestSupport",
            dependencies: ["Postgres", "Server", .product(name: "Hummingbird", package: "hummingbird")],
            path: "Tests/TestSupport"
        ),
        .testTarget(name: "CoreTests", dependencies: ["Core"]),
        .testTarget(name: "CryptographyTests", dependencies: ["Cryptography"]),
        .testTarget(name: "PostgresTests", dependencies: ["Postgres", "TestSupport"]),
        .testTarget(name: "PagesTests", dependencies: ["Pages", "Core"]),
        .testTarget(name: "PapersTests", dependencies: ["Papers", "Pages"]),
        .testTarget(name: "JournalTests", dependencies: ["Journal", "TestSupport"]),
        .testTarget(
            name: "AccountsTests", dependencies: ["Accounts", "Cryptography", "Files", "Postgres", "TestSupport"]),
        .testTarget(name: "AgenciesTests", dependencies: ["Agencies", "TestSupport"]),
        .testTarget(name: "CatalogueTests", dependencies: ["Catalogue", "Postgres", "TestSupport"]),
        .testTarget(name: "DossiersTests", dependencies: ["Dossiers", "Postgres", "TestSupport"]),
        .testTarget(name: "NotificationsTests", dependencies: ["Notifications", "Postgres", "TestSupport"]),
        .testTarget(name: "FeedbackTests", dependencies: ["Feedback", "Cryptography", "Postgres", "TestSupport"]),
        .testTarget(name: "WebhooksTests", dependencies: ["Webhooks"]),
        .testTarget(name: "ServerTests", dependencies: ["Server", "TestSupport"]),
        .testTarget(
            name: "PortalTests",
            dependencies: [
                "Portal", "Web", "API", "Webhooks", "Cryptography", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]
        ),
        .systemLibrary(name: "CLibpq", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPango", pkgConfig: "pangocairo", providers: [.apt(["libpango1.0-dev"])]),
        .systemLibrary(name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .systemLibrary(name: "CXLSXWriter", pkgConfig: "xlsxwriter", providers: [.apt(["libxlsxwriter-dev"])]),
        .systemLibrary(name: "CArgon2", pkgConfig: "libargon2", providers: [.apt(["libargon2-dev"])]),
    ],
    swiftLanguageModes: [.v6]
)

for target in package.targets where target.type == .regular || target.type == .executable || target.type == .test {
    target.swiftSettings =
        (target.swiftSettings ?? []) + [
            .enableUpcomingFeature("ExistentialAny"),
            .enableUpcomingFeature("InternalImportsByDefault"),
            .enableUpcomingFeature("MemberImportVisibility"),
        ]
}
