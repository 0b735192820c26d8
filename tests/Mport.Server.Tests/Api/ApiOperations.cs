using System.Globalization;
using System.Text.Json;
using Mport.Testing;

namespace Mport.Server.Tests.Api;

/// <summary>The operations as the edge itself describes them: what is added to the API is in here without anybody's doing.</summary>
internal static class ApiOperations
{
    public static async Task<IReadOnlyList<Operation>> ReadAsync(ApiUser user)
    {
        var reply = await user.GetAsync("/openapi/v1.json").Limited("the description of the API");
        Assert.Equal(200, reply.Status);
        var operations = new List<Operation>();
        foreach (var path in reply.Json.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject().Where(o => o.Name is "get" or "post" or "put" or "patch" or "delete"))
            {
                operations.Add(Read(path.Name, operation.Name.ToUpperInvariant(), operation.Value));
            }
        }

        Assert.NotEmpty(operations);
        return operations;
    }

    private static Operation Read(string path, string method, JsonElement operation)
    {
        var body = operation.TryGetProperty("requestBody", out var given) ? given.GetProperty("content").EnumerateObject().First() : (JsonProperty?)null;
        var security = operation.TryGetProperty("security", out var needs) && needs.GetArrayLength() > 0;
        return new Operation
        {
            Id = operation.GetProperty("operationId").GetString() ?? "",
            Path = path,
            Method = method,
            Scopes = security ? [.. needs[0].EnumerateObject().First().Value.EnumerateArray().Select(s => s.GetString() ?? "")] : [],
            IsForAll = !security,
            IsForAdmins = operation.TryGetProperty("x-mport-role", out _),
            IsList = operation.TryGetProperty("parameters", out var parameters) && parameters.EnumerateArray().Any(p => p.GetProperty("name").GetString() == "cursor"),
            Answers = [.. operation.GetProperty("responses").EnumerateObject().Select(answer => int.Parse(answer.Name, CultureInfo.InvariantCulture))],
            Undescribed = operation.TryGetProperty("parameters", out var named)
                ? [.. named.EnumerateArray().Where(p => !p.TryGetProperty("description", out _)).Select(p => p.GetProperty("name").GetString() ?? "")]
                : [],
            MediaType = body?.Name,
            Example = body?.Value.TryGetProperty("example", out var example) == true ? example.GetRawText() : null,
        };
    }
}

/// <summary>One operation of the API.</summary>
internal sealed record Operation
{
    public required string Id { get; init; }

    public required string Path { get; init; }

    public required string Method { get; init; }

    public required IReadOnlyList<string> Scopes { get; init; }

    public required bool IsForAll { get; init; }

    public required bool IsForAdmins { get; init; }

    public required bool IsList { get; init; }

    /// <summary>The statuses that its description knows.</summary>
    public required IReadOnlyList<int> Answers { get; init; }

    /// <summary>Parameters without a word on what they are.</summary>
    public required IReadOnlyList<string> Undescribed { get; init; }

    public string? MediaType { get; init; }

    public string? Example { get; init; }

    /// <summary>The collection that an id stands in: <c>/api/v1/tunnels</c>.</summary>
    public string Collection => Path.Split("/{")[0];

    public bool HasId => Path.Contains('{');

    /// <summary>Calls it as its description says.</summary>
    public Task<ApiReply> SendAsync(ApiUser user, string id) => user.SendAsync(
        Method, Path.Replace("{id}", id), MediaType is null ? null : Example, MediaType ?? "application/json", Method == "PUT" ? [("If-Match", "*")] : []);

    public override string ToString() => $"{Method} {Path}";
}
