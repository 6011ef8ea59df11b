package dev.engram.text.read;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.treesitter.TSNode;

/**
 * What nodes of syntax trees define. The kinds of all languages lie in one table: where two
 * languages have a kind of the same name, it means the same.
 */
final class SyntaxNames {

    /** Their field {@code name} is their name. */
    private static final Set<String> NAMED =
            Set.of(
                    "abstract_class_declaration",
                    "annotation_type_declaration",
                    "class_declaration",
                    "class_definition",
                    "compact_constructor_declaration",
                    "constructor_declaration",
                    "delegate_declaration",
                    "destructor_declaration",
                    "enum_declaration",
                    "enum_item",
                    "function_declaration",
                    "function_item",
                    "generator_function_declaration",
                    "interface_declaration",
                    "local_function_statement",
                    "macro_definition",
                    "method_definition",
                    "mod_item",
                    "property_declaration",
                    "record_declaration",
                    "struct_declaration",
                    "struct_item",
                    "trait_item",
                    "type_alias_declaration",
                    "union_item");

    /** Functions without a name; what they are given to has one. */
    private static final Set<String> FUNCTIONS =
            Set.of("arrow_function", "function_expression", "generator_function", "class");

    private static final int DECLARATORS_MAX = 20;

    private final String text;

    SyntaxNames(String text) {
        this.text = text;
    }

    /** What a node defines; null where that is nothing, or has no name. */
    @Nullable String of(TSNode node) {
        TSNode inner = inner(node);
        if (inner != null) {
            return of(inner);
        }
        String type = node.getType();
        if (NAMED.contains(type)) {
            return words(field(node, "name"));
        }
        return switch (type) {
            case "function_definition" -> ofFunction(node);
            case "method_declaration" -> ofMethod(node);
            case "impl_item" -> words(field(node, "type"));
            case "class_specifier", "struct_specifier", "union_specifier", "enum_specifier" ->
                    field(node, "body") == null ? null : words(field(node, "name"));
            case "type_definition" -> ofTypedef(node);
            case "type_declaration" -> ofOnly(node, "type_spec", null);
            case "lexical_declaration", "variable_declaration" ->
                    ofOnly(node, "variable_declarator", "value");
            case "public_field_definition" -> ofFunctionValue(node, "name", "value");
            case "field_definition" -> ofFunctionValue(node, "property", "value");
            case "expression_statement" -> ofAssignment(node);
            case "operator_declaration" -> operator(field(node, "operator"));
            case "conversion_operator_declaration" -> operator(field(node, "type"));
            case "indexer_declaration" -> "this";
            default -> null;
        };
    }

    /** What a node does nothing but wrap: a decorated, exported or generic definition. */
    static @Nullable TSNode inner(TSNode node) {
        return switch (node.getType()) {
            case "decorated_definition" -> field(node, "definition");
            case "export_statement" -> field(node, "declaration");
            case "ambient_declaration" -> lastNamed(node);
            case "template_declaration" -> lastNamed(node);
            default -> null;
        };
    }

    /** Of Python by its field; of C and C++ deep in what is declared. */
    private @Nullable String ofFunction(TSNode node) {
        TSNode name = field(node, "name");
        String words = words(name != null ? name : declared(field(node, "declarator")));
        // A macro that the parser does not know stands before the name.
        return words == null || words.contains("operator")
                ? words
                : words.substring(words.lastIndexOf(' ') + 1);
    }

    private static @Nullable TSNode declared(@Nullable TSNode declarator) {
        TSNode node = declarator;
        for (int i = 0; node != null && i < DECLARATORS_MAX; i++) {
            switch (node.getType()) {
                case "identifier",
                        "field_identifier",
                        "type_identifier",
                        "qualified_identifier",
                        "destructor_name",
                        "operator_name",
                        "operator_cast",
                        "template_function" -> {
                    return node;
                }
                default -> {
                    TSNode next = field(node, "declarator");
                    node = next != null ? next : lastNamed(node);
                }
            }
        }
        return null;
    }

    /** A method of Go has a receiver, which tells its type. */
    private @Nullable String ofMethod(TSNode node) {
        String name = words(field(node, "name"));
        TSNode receiver = field(node, "receiver");
        if (name == null || receiver == null) {
            return name;
        }
        TSNode parameter = lastNamed(receiver);
        String type = parameter == null ? null : words(field(parameter, "type"));
        return type == null ? name : type.replace("*", "") + "." + name;
    }

    private @Nullable String ofTypedef(TSNode node) {
        TSNode type = field(node, "type");
        return type == null || field(type, "body") == null
                ? null
                : words(declared(field(node, "declarator")));
    }

    /** Of a declaration of one thing alone, where it must have a function for a value, or not. */
    private @Nullable String ofOnly(TSNode node, String kind, @Nullable String value) {
        if (node.getNamedChildCount() != 1 || !node.getNamedChild(0).getType().equals(kind)) {
            return null;
        }
        TSNode only = node.getNamedChild(0);
        return value == null ? words(field(only, "name")) : ofFunctionValue(only, "name", value);
    }

    private @Nullable String ofFunctionValue(TSNode node, String name, String value) {
        TSNode function = field(node, value);
        boolean defines = function != null && FUNCTIONS.contains(function.getType());
        return defines ? words(field(node, name)) : null;
    }

    /** {@code exports.run = function () ...} */
    private @Nullable String ofAssignment(TSNode node) {
        TSNode only = lastNamed(node);
        return only == null || !only.getType().equals("assignment_expression")
                ? null
                : ofFunctionValue(only, "left", "right");
    }

    private @Nullable String operator(@Nullable TSNode sign) {
        String words = words(sign);
        return words == null ? "operator" : "operator " + words;
    }

    private static @Nullable TSNode field(TSNode node, String name) {
        TSNode child = node.getChildByFieldName(name);
        return child == null || child.isNull() ? null : child;
    }

    private static @Nullable TSNode lastNamed(TSNode node) {
        int count = node.getNamedChildCount();
        return count == 0 ? null : node.getNamedChild(count - 1);
    }

    /** What a name says in one line, without what stands between angle brackets. */
    private @Nullable String words(@Nullable TSNode node) {
        if (node == null) {
            return null;
        }
        int start = node.getStartByte() / Character.BYTES;
        int end = Math.min(node.getEndByte() / Character.BYTES, start + Syntax.NAME_CHARS_MAX);
        String words = Taken.flat(text.substring(start, Math.max(start, end)));
        String plain = words.contains("operator") ? words : withoutArguments(words);
        return plain.isEmpty() ? null : plain.replace("::", ".");
    }

    private static String withoutArguments(String words) {
        StringBuilder plain = new StringBuilder();
        int depth = 0;
        for (int i = 0; i < words.length(); i++) {
            char c = words.charAt(i);
            boolean opens = c == '<' || c == '[';
            boolean closes = c == '>' || c == ']';
            depth += opens ? 1 : 0;
            if (depth == 0) {
                plain.append(c);
            }
            depth -= closes && depth > 0 ? 1 : 0;
        }
        return plain.toString().strip();
    }
}
