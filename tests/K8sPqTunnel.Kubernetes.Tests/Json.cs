namespace K8sPqTunnel.Kubernetes.Tests;

/// <summary>Writes ConfigMaps and watch lines as the API server does.</summary>
internal static class Json
{
    /// <summary>As an item of a list: without apiVersion and kind.</summary>
    public static string Map(string name, int version) =>
        $$"""{"metadata":{{Metadata(name, version)}},"data":{"v":"{{version}}"} }""";

    public static string List(int version, string? next, params string[] items) =>
        $$"""{"kind":"ConfigMapList","metadata":{"resourceVersion":"{{version}}","continue":"{{next}}"},"items":[{{string.Join(',', items)}}]}""";

    public static string Event(string type, string item) => $$"""{"type":"{{type}}","object":{{item}}}""";

    public static string Bookmark(int version) =>
        Event("BOOKMARK", $$$"""{"kind":"ConfigMap","apiVersion":"v1","metadata":{"resourceVersion":"{{{version}}}","creationTimestamp":null}}""");

    public static string Expired { get; } =
        Event("ERROR", """{"kind":"Status","status":"Failure","message":"too old resource version: 1 (7)","reason":"Expired","code":410}""");

    private static string Metadata(string name, int version) =>
        $$"""{"name":"{{name}}","namespace":"ns","uid":"uid-{{name}}","resourceVersion":"{{version}}","creationTimestamp":"2026-01-01T00:00:00Z"}""";
}
