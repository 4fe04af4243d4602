using System.Text.Json.Nodes;
using K8sPqTunnel.Lab.Images;
using K8sPqTunnel.Lab.Images.Bills;

namespace K8sPqTunnel.Lab.Tests.Images.Bills;

public sealed class BillOfMaterialsTests
{
    private static readonly string Digest = new('a', 64);

    private static readonly BuiltImage Image = new("localhost/k8s-pq-tunnel/daemon:dev", $"sha256:{Digest}", "daemon.tar");

    private static readonly SoftwarePackage[] Contents =
    [
        new("libssl3t64", "3.5.1-1+deb13u1", "pkg:deb/debian/libssl3t64@3.5.1-1%2Bdeb13u1?arch=amd64&distro=trixie", "Organization: Debian"),
        new("Google.Protobuf", "3.33.0", "pkg:nuget/Google.Protobuf@3.33.0"),
    ];

    [Fact]
    public void Each_part_of_the_image_is_a_package_with_version_and_package_URL()
    {
        JsonNode[] packages = [.. Bill()["packages"]!.AsArray().Select(package => package!)];
        Assert.Equal(3, packages.Length);
        JsonNode ssl = packages[1];
        Assert.Equal(("SPDXRef-deb-debian-libssl3t64", "3.5.1-1+deb13u1", "Organization: Debian"),
            (Text(ssl, "SPDXID"), Text(ssl, "versionInfo"), Text(ssl, "supplier")));
        Assert.Equal(Contents[0].Url, Text(ssl["externalRefs"]![0]!, "referenceLocator"));
        Assert.Equal("NOASSERTION", Text(packages[2], "supplier"));
    }

    [Fact]
    public void The_document_describes_the_image_by_its_digest_and_says_that_it_holds_each_package()
    {
        JsonNode bill = Bill();
        Assert.Equal(("SPDX-2.3", "CC0-1.0", "2026-11-22T12:00:00Z"),
            (Text(bill, "spdxVersion"), Text(bill, "dataLicense"), Text(bill["creationInfo"]!, "created")));
        Assert.Equal(Digest, Text(bill["packages"]![0]!["checksums"]![0]!, "checksumValue"));
        string[] ids = [.. bill["packages"]!.AsArray().Select(package => Text(package!, "SPDXID"))];
        Assert.Equal(ids.Length, ids.Distinct().Count());
        (string From, string What, string To)[] relations =
            [.. bill["relationships"]!.AsArray().Select(r => (Text(r!, "spdxElementId"), Text(r!, "relationshipType"), Text(r!, "relatedSpdxElement")))];
        Assert.Equal([("SPDXRef-DOCUMENT", "DESCRIBES", ids[0]), (ids[0], "CONTAINS", ids[1]), (ids[0], "CONTAINS", ids[2])], relations);
    }

    private static JsonNode Bill() =>
        JsonNode.Parse(BillOfMaterials.Text(BillOfMaterials.Of(Image, Contents, new DateTimeOffset(2026, 11, 22, 14, 0, 0, 5, TimeSpan.FromHours(2)))))!;

    private static string Text(JsonNode node, string name) => node[name]!.GetValue<string>();
}
