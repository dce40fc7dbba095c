package com.foobar.kit.settings;

import com.foobar.kit.settings.EnvironmentText.UnsetVariable;
import com.foobar.kit.settings.ValueType.UnreadableSecret;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Binds a YAML tree to records and collects what is wrong on the way. A value that cannot be bound becomes null here and
 * a problem; as there is then at least one problem, nobody gets to see that null.
 */
final class RecordBinder {
    private final EnvironmentText environment;
    private final List<SettingsProblem> problems = new ArrayList<>();

    RecordBinder(EnvironmentText environment) {
        this.environment = environment;
    }

    List<SettingsProblem> problems() {
        return problems;
    }

    /** @param fromDefault whether the node is a default's, whose line numbers mean nothing to the reader of a file */
    @Nullable
    Object bindRecord(Class<?> type, @Nullable Node node, String path, boolean fromDefault) {
        return bindRecord(type, node, null, path, fromDefault);
    }

    /** @param defaults what the group as a whole has in place of its members' own defaults, for those that are not given */
    private @Nullable Object bindRecord(
            Class<?> type, @Nullable Node node, @Nullable Node defaults, String path, boolean fromDefault) {
        if (node != null && !(node instanceof MappingNode) && !isNull(node)) {
            problem(path, text(node), "settings of the form key: value", node, fromDefault);
            return null;
        }
        Map<String, Node> entries =
                node instanceof MappingNode mapping ? entries(mapping, path, fromDefault) : Map.of();
        Map<String, Node> ofGroup = defaults instanceof MappingNode mapping ? entries(mapping, path, true) : Map.of();
        RecordComponent[] components = type.getRecordComponents();
        List<String> keys = Arrays.stream(components).map(RecordBinder::key).toList();
        entries.forEach((key, value) -> {
            if (!keys.contains(key)) {
                problem(join(path, key), "unknown setting", "one of " + String.join(", ", keys), value, fromDefault);
            }
        });
        int before = problems.size();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String key = keys.get(i);
            boolean isOfGroup = !entries.containsKey(key) && ofGroup.containsKey(key);
            Node value = isOfGroup ? ofGroup.get(key) : entries.get(key);
            arguments[i] = bindComponent(components[i], value, join(path, key), fromDefault || isOfGroup);
        }
        return problems.size() == before ? construct(type, arguments, path, node, fromDefault) : null;
    }

    private @Nullable Object bindComponent(
            RecordComponent component, @Nullable Node given, String path, boolean fromDefault) {
        Node node = given;
        boolean isDefault = fromDefault;
        if (node == null || (isNull(node) && !isNullable(component))) {
            Node value = defaultOf(component);
            if (value != null) {
                node = value;
                isDefault = true;
            } else if (isNullable(component)) {
                return null;
            } else if (!component.getType().isRecord() || ValueType.of(component.getType()) != null) {
                if (component.getType() == List.class || component.getType() == Map.class) {
                    return component.getType() == List.class ? List.of() : Map.of();
                }
                problems.add(new SettingsProblem(path, "is missing", expectation(component.getType()), 0));
                return null;
            }
        } else if (isNull(node)) {
            return null;
        }
        Object value = given instanceof MappingNode && hasGroupDefault(component)
                ? bindRecord(component.getType(), given, defaultOf(component), path, isDefault)
                : bind(component.getGenericType(), node, path, isDefault);
        Range range = component.getAnnotation(Range.class);
        if (value != null && range != null && node != null) {
            checkRange(component.getType(), value, range, path, node, isDefault);
        }
        return value;
    }

    private static boolean hasGroupDefault(RecordComponent component) {
        return component.isAnnotationPresent(Default.class)
                && component.getType().isRecord()
                && ValueType.of(component.getType()) == null;
    }

    private static @Nullable Node defaultOf(RecordComponent component) {
        Default value = component.getAnnotation(Default.class);
        return value == null ? null : SettingsReader.parseDefault(value.value());
    }

    private @Nullable Object bind(Type type, @Nullable Node node, String path, boolean fromDefault) {
        if (type instanceof ParameterizedType parameterized && node != null) {
            Type[] arguments = parameterized.getActualTypeArguments();
            return parameterized.getRawType() == Map.class
                    ? bindMap(arguments[1], node, path, fromDefault)
                    : bindList(arguments[0], node, path, fromDefault);
        }
        Class<?> raw = (Class<?>) type;
        ValueType<?> valueType = ValueType.of(raw);
        if (valueType != null && node != null) {
            return bindValue(raw, valueType, node, path, fromDefault);
        }
        if (!raw.isRecord()) {
            throw new IllegalStateException(
                    path + ": no setting can be of " + raw + " (known: " + ValueType.known() + ")");
        }
        return bindRecord(raw, node, path, fromDefault);
    }

    private @Nullable List<Object> bindList(Type elementType, Node node, String path, boolean fromDefault) {
        if (!(node instanceof SequenceNode sequence)) {
            problem(path, text(node), "a list", node, fromDefault);
            return null;
        }
        List<Object> list = new ArrayList<>();
        for (Node element : sequence.getValue()) {
            Object value = bind(elementType, element, path + "[" + list.size() + "]", fromDefault);
            list.add(value);
        }
        return Collections.unmodifiableList(list);
    }

    private @Nullable Map<String, Object> bindMap(Type valueType, Node node, String path, boolean fromDefault) {
        if (!(node instanceof MappingNode mapping)) {
            problem(path, text(node), "settings of the form key: value", node, fromDefault);
            return null;
        }
        Map<String, Object> map = new LinkedHashMap<>();
        entries(mapping, path, fromDefault)
                .forEach((key, value) -> map.put(key, bind(valueType, value, join(path, key), fromDefault)));
        return Collections.unmodifiableMap(map);
    }

    private @Nullable Object bindValue(Class<?> raw, ValueType<?> type, Node node, String path, boolean fromDefault) {
        if (!(node instanceof ScalarNode scalar) || isNull(node)) {
            problem(path, text(node), type.expectation(), node, fromDefault);
            return null;
        }
        // A secret is never echoed, not even where it is wrong.
        String shown = raw == Secret.class ? "***" : scalar.getValue();
        try {
            String text = environment.resolve(scalar.getValue());
            shown = raw == Secret.class ? "***" : text;
            return type.parser().parse(text);
        } catch (UnsetVariable e) {
            problem(path, SettingsReader.unset(e), "a value, or a default as in ${NAME:-default}", node, fromDefault);
        } catch (UnreadableSecret e) {
            problem(path, String.valueOf(e.getMessage()), "a readable file", node, fromDefault);
        } catch (IllegalArgumentException e) {
            problem(path, shown, type.expectation(), node, fromDefault);
        }
        return null;
    }

    @SuppressWarnings("unchecked")
    private void checkRange(Class<?> raw, Object value, Range range, String path, Node node, boolean fromDefault) {
        ValueType<Object> type = (ValueType<Object>) ValueType.of(raw);
        if (type == null || !(value instanceof Comparable<?>)) {
            throw new IllegalStateException(path + ": @Range on " + raw);
        }
        Comparable<Object> comparable = (Comparable<Object>) value;
        boolean tooSmall =
                !range.min().isEmpty() && comparable.compareTo(type.parser().parse(range.min())) < 0;
        boolean tooLarge =
                !range.max().isEmpty() && comparable.compareTo(type.parser().parse(range.max())) > 0;
        if (tooSmall || tooLarge) {
            String rule = range.max().isEmpty()
                    ? "at least " + range.min()
                    : range.min().isEmpty() ? "at most " + range.max() : range.min() + "-" + range.max();
            problem(path, type.format().format(value), rule, node, fromDefault);
        }
    }

    private @Nullable Object construct(
            Class<?> type, Object[] arguments, String path, @Nullable Node node, boolean fromDefault) {
        try {
            Class<?>[] parameters = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            var constructor = type.getDeclaredConstructor(parameters);
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            if (!(e.getCause() instanceof IllegalArgumentException rule)) {
                throw new IllegalStateException("the constructor of " + type + " failed", e.getCause());
            }
            if (rule instanceof InvalidSettings several) {
                several.problems()
                        .forEach(problem -> problems.add(new SettingsProblem(
                                join(path, problem.path()), problem.fault(), problem.expected(), problem.line())));
                return null;
            }
            problems.add(new SettingsProblem(path, String.valueOf(rule.getMessage()), null, line(node, fromDefault)));
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot construct " + type, e);
        }
    }

    private Map<String, Node> entries(MappingNode mapping, String path, boolean fromDefault) {
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            String key = text(tuple.getKeyNode());
            if (entries.put(key, tuple.getValueNode()) != null) {
                problem(join(path, key), "is given twice", "once", tuple.getKeyNode(), fromDefault);
            }
        }
        return entries;
    }

    private void problem(String path, String fault, String expected, Node node, boolean fromDefault) {
        problems.add(new SettingsProblem(path, fault, expected, line(node, fromDefault)));
    }

    private static int line(@Nullable Node node, boolean fromDefault) {
        return fromDefault || node == null
                ? 0
                : node.getStartMark().map(mark -> mark.getLine() + 1).orElse(0);
    }

    private static boolean isNull(Node node) {
        return node.getTag().equals(Tag.NULL);
    }

    private static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class);
    }

    private static String expectation(Class<?> type) {
        ValueType<?> valueType = ValueType.of(type);
        return valueType == null ? "a value" : valueType.expectation();
    }

    private static String text(Node node) {
        if (node instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        return node instanceof SequenceNode ? "a list" : "a group of settings";
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    /** {@code maxHeaderBytes} is written {@code max-header-bytes}. */
    static String key(RecordComponent component) {
        StringBuilder key = new StringBuilder();
        for (char c : component.getName().toCharArray()) {
            if (Character.isUpperCase(c)) {
                key.append('-').append(Character.toLowerCase(c));
            } else {
                key.append(c);
            }
        }
        return key.toString();
    }
}
