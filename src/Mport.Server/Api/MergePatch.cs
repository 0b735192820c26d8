using System.Text.Json.Nodes;

namespace Mport.Server.Api;

/// <summary>JSON Merge Patch (RFC 7396). Pure.</summary>
internal static class MergePatch
{
    /// <summary>The target with the patch applied. Null removes a member; anything but an object replaces the whole.</summary>
    public static JsonNode? Apply(JsonNode? target, JsonNode? patch)
    {
        if (patch is not JsonObject changes)
        {
            return patch?.DeepClone();
        }

        var result = target is JsonObject known ? (JsonObject)known.DeepClone() : [];
        foreach (var (name, value) in changes)
        {
            if (value is null)
            {
                result.Remove(name);
            }
            else
            {
                result[name] = Apply(result[name], value);
            }
        }

        return result;
    }
}
