using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;
using Mport.Protocol.Identity;

namespace Mport.Server.Api;

/// <summary>What the framework cannot tell of a record: whether it takes more members, and that a secret is a text. The descriptions are the code's own.</summary>
internal static class ApiSchemas
{
    /// <summary>Completes a schema.</summary>
    public static Task DescribeAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        if (context.JsonTypeInfo.Type == typeof(Secret))
        {
            schema.Type = JsonSchemaType.String;
        }

        if (context.JsonPropertyInfo is null && context.JsonTypeInfo.Kind == System.Text.Json.Serialization.Metadata.JsonTypeInfoKind.Object)
        {
            // Bodies with anything else are refused (SEC-42); answers may get more members with a later version.
            schema.AdditionalPropertiesAllowed = !IsBody(context.JsonTypeInfo.Type);
        }

        return Task.CompletedTask;
    }

    private static bool IsBody(Type type) => !type.Name.EndsWith("Answer", StringComparison.Ordinal) && !type.Name.StartsWith("ListAnswer", StringComparison.Ordinal);
}
