using System.Text.Json;
using System.Text.Json.Serialization;

namespace Mport.Protocol.Rest;

/// <summary>Rules to be looked at, and a request to try them with.</summary>
public sealed record PolicyCheckRequest
{
    /// <summary>A list of rules, as docs/policy.md describes them.</summary>
    public required JsonElement? Rules { get; init; }

    /// <summary>The request's path and query; absent to look at the rules alone.</summary>
    public string? Target { get; init; }

    /// <summary>The request's method; GET where absent.</summary>
    public string? Method { get; init; }

    /// <summary>The request's host.</summary>
    public string? Host { get; init; }

    /// <summary>The visitor's address; your own where absent.</summary>
    public string? Address { get; init; }

    /// <summary>Whether the visitor comes by https.</summary>
    public bool Https { get; init; }

    /// <summary>The request's headers, each as <c>Name: value</c>.</summary>
    public IReadOnlyList<string>? Headers { get; init; }
}

/// <summary>What is wrong with rules, or what becomes of a request.</summary>
public sealed record PolicyCheckResult
{
    /// <summary>Whether the rules can be used.</summary>
    public required bool Valid { get; init; }

    /// <summary>What is wrong, where they cannot.</summary>
    public IReadOnlyList<PolicyCheckFault>? Faults { get; init; }

    /// <summary>How many rules there are.</summary>
    public int? Count { get; init; }

    /// <summary>Whether the request goes to the target.</summary>
    public bool? Passed { get; init; }

    /// <summary>The status that a rule answers with.</summary>
    public int? Status { get; init; }

    /// <summary>The code of the page, <c>MP-nnnn</c>, where it is one of the edge's.</summary>
    public string? Code { get; init; }

    /// <summary>The rule that decided: its place from 1 on, kind and name.</summary>
    public string? Rule { get; init; }

    /// <summary>The path in the form that rules compare.</summary>
    public string? Path { get; init; }

    /// <summary>False for a path that servers may read differently: it meets every guarded path and no open one.</summary>
    public bool? PathIsPlain { get; init; }

    /// <summary>The path and query that the target gets, where a rule changes them.</summary>
    public string? Target { get; init; }
}

/// <summary>One thing that is wrong with rules.</summary>
/// <param name="Pointer">Where: a JSON pointer from the list on.</param>
/// <param name="Detail">What.</param>
public sealed record PolicyCheckFault(string Pointer, string Detail);

/// <summary>The JSON of checking rules, source-generated.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 16)]
[JsonSerializable(typeof(PolicyCheckRequest))]
[JsonSerializable(typeof(PolicyCheckResult))]
public sealed partial class PolicyCheckJson : JsonSerializerContext;
