using System.Text.Json;

namespace K8sPqTunnel.Ike.Tests.Crypto;

/// <summary>One test of a Wycheproof file, with the properties of its group at hand.</summary>
internal sealed record WycheproofCase(JsonElement Group, JsonElement Test)
{
    public int Id => Test.GetProperty("tcId").GetInt32();

    /// <summary><c>valid</c>, <c>invalid</c>, or <c>acceptable</c> where both answers are right.</summary>
    public string Result => Test.GetProperty("result").GetString()!;

    public bool IsValid => Result == "valid";

    public byte[] Hex(string property) => Convert.FromHexString(Test.GetProperty(property).GetString()!);

    public bool HasFlag(string flag) =>
        Test.TryGetProperty("flags", out JsonElement flags) && flags.EnumerateArray().Any(f => f.GetString() == flag);

    /// <summary>Every test of <c>wycheproof/NAME_test.json</c>; fails when the file doesn't hold as many as it says.</summary>
    public static IReadOnlyList<WycheproofCase> Read(string name)
    {
        using JsonDocument document = JsonDocument.Parse(Vectors.Read($"wycheproof/{name}_test.json"));
        JsonElement root = document.RootElement.Clone();
        List<WycheproofCase> cases =
        [
            .. from @group in root.GetProperty("testGroups").EnumerateArray()
               from test in @group.GetProperty("tests").EnumerateArray()
               select new WycheproofCase(@group, test),
        ];
        Assert.NotEmpty(cases);
        Assert.Equal(root.GetProperty("numberOfTests").GetInt32(), cases.Count);
        return cases;
    }
}
