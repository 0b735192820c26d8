using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Mport.Server.Api;

/// <summary>The API's JSON: snake_case, absent where null, nothing unknown, nothing twice.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ProblemAnswer))]
internal sealed partial class ApiJson : JsonSerializerContext
{
    /// <summary>Levels of a body; the deepest of ours has four.</summary>
    private const int MaxDepth = 16;

    /// <summary>Sets the options that bodies are read and answers written with.</summary>
    /// <param name="options">The framework's.</param>
    /// <param name="contexts">The features' records.</param>
    public static void Set(JsonSerializerOptions options, IEnumerable<IJsonTypeInfoResolver> contexts)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull;
        options.PropertyNameCaseInsensitive = false;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.MaxDepth = MaxDepth;
        options.TypeInfoResolverChain.Clear();
        options.TypeInfoResolverChain.Add(Default);
        foreach (var context in contexts)
        {
            options.TypeInfoResolverChain.Add(context);
        }
    }
}
